"""What argparse says, in Chinese."""

import pytest

from steward.engine.cli import check, compare, profile, sync
from steward.engine.cli._arguments import Parser


def parser():
    made = Parser(prog="steward")
    commands = made.add_subparsers()
    for module in (check, compare, profile, sync):
        module.add_parser(commands)
    return made


@pytest.mark.parametrize("command", ["check", "compare", "profile", "sync"])
def test_help_has_no_english_of_argparse(command, capsys):
    with pytest.raises(SystemExit) as stopped:
        parser().parse_args([command, "--help"])

    text = capsys.readouterr().out
    assert stopped.value.code == 0
    assert text.startswith(f"用法：steward {command}")
    assert "显示这份说明" in text
    assert [word for word in ("usage", "positional", "options:", "show this") if word in text] == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["sync", "a"], "缺少：目标"),
        (["sync", "a", "b", "--mode", "x"], "--mode 不能是 'x'，可选：'full', 'incremental'"),
        (["sync", "a", "b", "--chunk", "x"], "--chunk 应为整数，现在是 'x'"),
        (["sync", "a", "b", "--most-deleted", "x"], "--most-deleted 应为数字，现在是 'x'"),
        (["sync", "a", "b", "--key"], "--key 后面要写一个值"),
        (["profile", "a", "--nope"], "不认识：--nope"),
        (["compare", "a", "b", "--k=1"], "--k=1 不明确"),
    ],
)
def test_a_command_that_is_written_wrongly_is_one_sentence(words, sentence, capsys):
    with pytest.raises(SystemExit) as stopped:
        parser().parse_args(words)

    error = capsys.readouterr().err
    assert stopped.value.code == 2
    assert sentence in error
    assert error.count("\n") == 1
