"""What every probe must be, whoever adds one."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from steward.operations.monitoring import schema
from steward.operations.monitoring.pages.forms import SettingsForm
from steward.operations.monitoring.registry import PROBES, Probe, ProbeSettings

TESTS = Path(__file__).parent / "probes"
EVERY = pytest.mark.parametrize("probe", list(PROBES), ids=lambda p: p.code)


def test_the_probes_of_the_contracts_exist():
    assert {p.code for p in PROBES} >= {
        "http", "tcp", "tls", "sql", "ftp", "sftp", "heartbeat", "prometheus",
    }  # fmt: skip


@EVERY
def test_a_probe_has_its_own_test_module(probe: type[Probe]):
    assert (TESTS / f"test_{probe.code}.py").is_file()


@EVERY
def test_a_probe_speaks_chinese_about_itself_and_every_setting(probe: type[Probe]):
    words = [probe.label, probe.summary]
    words += [f.title or "" for f in probe.settings_model.model_fields.values()]

    assert all(any("一" <= c <= "鿿" for c in word) for word in words)


@EVERY
def test_a_probe_lives_in_the_file_of_its_code(probe: type[Probe]):
    assert probe.__module__.rpartition(".")[2] == probe.code


@EVERY
def test_settings_are_flat_and_frozen_and_make_a_form(probe: type[Probe]):
    model = probe.settings_model

    form = SettingsForm(probe=probe.code)

    assert issubclass(model, ProbeSettings)
    assert list(form.fields) == list(model.model_fields)


@EVERY
def test_a_setting_that_sounds_secret_is_secret(probe: type[Probe]):
    names = {n for n in probe.settings_model.model_fields if {"password", "key"} & {*n.split("_")}}
    secret = set(schema.secret_names(probe.settings_model))

    assert names - {"host_key"} <= secret
    assert all(probe.settings_model.model_fields[n].annotation is SecretStr for n in secret)


@EVERY
def test_an_unknown_setting_is_refused_in_chinese(probe: type[Probe]):
    with pytest.raises(schema.InvalidSettingsError, match="没有这一项设置"):
        schema.validate(probe.code, {"no_such_setting": 1})
