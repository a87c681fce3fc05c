"""Arguments of commands with help and errors in Chinese."""

import argparse
import re
import sys
from typing import Any, Final, NoReturn

_PROBLEM: Final = 2
_TITLES: Final = (
    (re.compile(r"^usage: ", re.MULTILINE), "用法："),
    (re.compile(r"^positional arguments:", re.MULTILINE), "参数："),
    (re.compile(r"^(options|optional arguments):", re.MULTILINE), "选项："),
)
_ERRORS: Final = (
    (re.compile(r"the following arguments are required: (.+)"), r"缺少：\1"),
    (re.compile(r"unrecognized arguments: (.+)"), r"不认识：\1"),
    (re.compile(r"ambiguous option: (\S+) could match (.+)"), r"\1 不明确，可能是 \2"),
    (re.compile(r"argument (.+?): expected one argument"), r"\1 后面要写一个值"),
    (re.compile(r"argument (.+?): expected at least one argument"), r"\1 后面至少写一个值"),
    (
        re.compile(r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)"),
        r"\1 不能是 \2，可选：\3",
    ),
    (re.compile(r"argument (.+?): invalid int value: (.+)"), r"\1 应为整数，现在是 \2"),
    (re.compile(r"argument (.+?): invalid float value: (.+)"), r"\1 应为数字，现在是 \2"),
    (re.compile(r"argument (.+?): not allowed with argument (.+)"), r"\1 不能与 \2 同时使用"),
)


class Parser(argparse.ArgumentParser):
    """An argument parser whose own words are Chinese; subcommands inherit it."""

    def __init__(self, *args: Any, add_help: bool = True, **options: Any) -> None:
        options["add_help"] = False
        super().__init__(*args, **options)
        if add_help:
            self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def format_help(self) -> str:
        """The help with Chinese headings."""
        return _chinese(super().format_help(), _TITLES)

    def format_usage(self) -> str:
        """The usage with a Chinese heading."""
        return _chinese(super().format_usage(), _TITLES)

    def error(self, message: str) -> NoReturn:
        """One sentence and where to read on, exit code 2."""
        text = _chinese(message, _ERRORS)
        sys.stderr.write(f"命令写法有误：{text}；用 {self.prog} --help 查看说明\n")
        sys.exit(_PROBLEM)


def _chinese(text: str, words: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, chinese in words:
        text = pattern.sub(chinese, text)
    return text
