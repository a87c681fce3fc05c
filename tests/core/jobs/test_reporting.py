import threading

from steward.core.jobs.reporting import Reporter


def test_what_was_told_last_is_written_at_the_end():
    written = []

    with Reporter(lambda *told: written.append(told)) as reporter:
        for number in range(1, 501):
            reporter.tell(number, 500, "读取")

    assert written[-1] == (500, 500, "读取")


def test_many_tellers_make_few_writes():
    written = []

    with Reporter(lambda *told: written.append(told)) as reporter:
        threads = [
            threading.Thread(target=lambda: [reporter.tell(n, 0) for n in range(1000)])
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(written) < 100


def test_nothing_told_is_nothing_written():
    written = []

    with Reporter(lambda *told: written.append(told)):
        pass

    assert written == []
