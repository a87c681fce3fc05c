"""What is wrong with a pack: file, line, column, path, value, and what is allowed."""

from dataclasses import dataclass

from steward.kernel.errors import InvalidError

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class PackProblem:
    """One mistake; lines and columns count from 1, `path` reads like `sla[2].target`."""

    line: int
    column: int
    path: str
    message: str
    value: str = ""
    allowed: str = ""

    def sentence(self, file: str) -> str:
        """The whole mistake on one line, as the command line prints it."""
        value = f"（现为“{self.value}”）" if self.value else ""
        allowed = f"；允许：{self.allowed}" if self.allowed else ""
        return f"{file}:{self.line}:{self.column} {self.path}：{self.message}{value}{allowed}"


class PackInvalidError(InvalidError):
    """A pack that cannot be used; it carries every mistake that was found, in file order."""

    code = "packs.invalid"

    def __init__(self, file: str, problems: list[PackProblem]) -> None:
        self.file = file
        self.problems = sorted(set(problems))
        lines = "\n".join(problem.sentence(file) for problem in self.problems)
        super().__init__(
            f"合同包 {file} 有 {len(self.problems)} 处错误，未载入：\n{lines}", file=file
        )


def dotted(path: Path) -> str:
    """`("sla", 2, "target")` as `sla[2].target`; the whole file is 全文."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "全文"
