import pytest

from steward.site.commands import new


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    """Generate into an empty project instead of this one."""
    monkeypatch.setattr(new, "SOURCE", tmp_path / "src" / "steward")
    monkeypatch.setattr(new, "TESTS", tmp_path / "tests")


def test_a_new_app_has_the_names_that_every_app_has():
    made = {path.name for path in new.new_app("operations/inspection", "巡检")}

    assert {"README.md", "apps.py", "api.py", "models.py", "services.py", "queries.py", "events.py", "urls.py"} <= made  # fmt: skip


def test_what_is_generated_is_python():
    for path in new.new_app("operations/inspection", "巡检"):
        if path.suffix == ".py":
            compile(path.read_text(encoding="utf-8"), path.name, "exec")


def test_nothing_is_overwritten():
    new.new_app("operations/inspection", "巡检")

    with pytest.raises(new.ExistsError, match="已存在"):
        new.new_app("operations/inspection", "巡检")


@pytest.mark.parametrize(
    "name", ["inspection", "nowhere/inspection", "operations/Big", "operations/2x"]
)
def test_a_name_that_cannot_be_is_refused_in_words(name):
    with pytest.raises(new.BadNameError):
        new.new_app(name, "巡检")


def test_an_extension_is_one_file_and_its_test():
    point = new.SOURCE / "operations" / "monitoring" / "probes"
    point.mkdir(parents=True)
    (point / "_template.txt").write_text(
        'class {Class}:\n    code = "{code}"\n    label = "{label}"\n'
    )
    (point / "_template_test.txt").write_text("def test_{code}():\n    pass\n")

    made = new.new_extension("probes", "icmp_echo", "回显")

    assert [path.name for path in made] == ["icmp_echo.py", "test_icmp_echo.py"]
    assert 'class IcmpEcho:\n    code = "icmp_echo"\n    label = "回显"' in made[0].read_text()


def test_an_unknown_extension_point_is_refused_in_words():
    with pytest.raises(new.BadNameError, match="没有名为“nothing”的扩展点"):
        new.new_extension("nothing", "x1", "x")
