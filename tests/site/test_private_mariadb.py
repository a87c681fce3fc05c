import pymysql
import pytest

from steward.site import private_mariadb
from steward.site.private_mariadb import MariadbNotStartedError

pytestmark = [
    pytest.mark.mariadb,
    pytest.mark.skipif(not private_mariadb.is_installed(), reason="no MariaDB server (mariadbd)"),
]


@pytest.fixture
def home(tmp_path):
    yield tmp_path
    private_mariadb.stop_private(tmp_path)


def ask(home, statement):
    with private_mariadb.administer(home) as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_a_server_is_made_once_and_keeps_its_port_and_its_data(home):
    port = private_mariadb.start_private(home)
    ask(home, "CREATE DATABASE qzk")
    private_mariadb.stop_private(home)
    stopped = not (home / "mariadb" / "pid").exists()

    again = private_mariadb.start_private(home)

    assert stopped
    assert again == port
    assert ("qzk",) in ask(home, "SHOW DATABASES")


def test_starting_twice_leaves_the_one_that_runs(home):
    private_mariadb.start_private(home)
    first = (home / "mariadb" / "pid").read_text()

    private_mariadb.start_private(home)

    assert (home / "mariadb" / "pid").read_text() == first


def test_nobody_gets_in_over_the_network_without_a_password(home):
    port = private_mariadb.start_private(home)

    with pytest.raises(pymysql.err.OperationalError, match="denied"):
        pymysql.connect(host=private_mariadb.HOST, port=port, user="root")


def test_a_home_with_a_long_path_has_its_socket_elsewhere(tmp_path):
    home = tmp_path / ("很长的目录名" * 6)

    port = private_mariadb.start_private(home)
    private_mariadb.stop_private(home)

    assert port in private_mariadb.PORTS


def test_a_server_that_cannot_start_says_where_the_reason_is(home):
    private_mariadb.start_private(home)
    private_mariadb.stop_private(home)
    (home / "mariadb" / "data" / "ibdata1").write_bytes(b"broken")

    with pytest.raises(MariadbNotStartedError, match="log"):
        private_mariadb.start_private(home)


def test_stopping_where_nothing_runs_does_nothing(tmp_path):
    private_mariadb.stop_private(tmp_path)

    assert not private_mariadb.is_made(tmp_path)
