"""Templates that an office edits: what they may name, how they are filled, why one is refused."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import LxmlError  # type: ignore[import-untyped]

from steward.contracts.reports.papers.flow import Flow, chapter_title, write
from steward.contracts.reports.papers.reading import (
    TemplateRefusedError,
    check_package,
    check_pairs,
    names_of,
    place_of,
)
from steward.contracts.reports.papers.sample import NAMES as FIGURE_NAMES
from steward.contracts.reports.papers.stable import stable
from steward.contracts.reports.papers.styling import clean
from steward.contracts.reports.sections import NO_DATA, Content
from steward.kernel.instants import local

VARIABLES: dict[str, str] = {
    "标题": "报告标题",
    "合同名称": "合同名称",
    "合同编码": "合同在平台中的编码",
    "甲方": "甲方名称",
    "乙方": "乙方名称",
    "报告种类": "如“运维工作月报”",
    "报告期": "如“2026年3月”",
    "开始日期": "报告时段的第一天",
    "结束日期": "报告时段的最后一天",
    "数据截止": "数据统计到什么时间",
    "编制日期": "生成报告的日期",
    "版本": "第几版",
    "修订说明": "第二版起，重新生成的原因",
    "正文": "全部章节，单独占一段：{{p 正文 }}",
    "各章": "逐章使用：{%p for 章 in 各章 %}，章.标题、{{p 章.内容 }}",
    "数据": "单个数字：{{ 数据.系统可用性 }}，名称同报告的“主要数据”",
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is written about a version of a report."""

    version: int
    reason: str
    made_at: datetime


_FILTERS = frozenset(["default", "first", "join", "last", "length", "trim"])


class _Sandbox(SandboxedEnvironment):
    """Names, figures and simple conditions: no calls, no arithmetic, few filters.

    What is written in a template can then neither reach the program nor fill the memory.
    """

    intercepted_binops = frozenset(["*", "**", "//", "%"])

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self.globals.clear()
        self.filters = {name: use for name, use in self.filters.items() if name in _FILTERS}

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ARG002
        return False

    def call_binop(self, *given: Any) -> Any:
        raise SecurityError(str(given[1]))


class _Figures(dict[str, str]):
    """`{{ 数据.系统可用性 }}`: a figure that this report lacks is no data, an unknown one refused."""

    def __missing__(self, name: str) -> str:
        if name in FIGURE_NAMES:
            return NO_DATA
        raise KeyError(name)


def check(template: bytes, sample: Content) -> None:
    """Try a template with sample data; TemplateRefusedError names the placeholder and its place."""
    check_package(template)
    check_pairs(template)
    stamp = Stamp(2, "试填", sample.as_of)
    filled = fill(template, sample, stamp)
    names = names_of(template)
    if not any("正文" in name or name.endswith(".内容") for name in names):
        raise TemplateRefusedError(
            "模板里没有“{{p 正文 }}”，报告会没有内容；请单独用一段写上 {{p 正文 }}"
        )
    try:
        Document(BytesIO(filled))
    except (PackageNotFoundError, KeyError, ValueError, LxmlError):
        raise TemplateRefusedError("填入样例数据后文档无法打开，请检查模板里的占位符") from None


def fill(template: bytes, content: Content, stamp: Stamp) -> bytes:
    """The document: the same bytes for the same template, content and version."""
    document = DocxTemplate(BytesIO(template))
    document.init_docx()
    context = _words(content, stamp) | _chapters(
        content, document.docx.part, names=names_of(template)
    )
    try:
        document.render(context, _Sandbox(), autoescape=True)
    except UndefinedError as error:
        raise _refusal(template, _unknown_name(template, context, error)) from None
    except TemplateSyntaxError as error:
        raise TemplateRefusedError(
            f"模板里的占位符写法有误：{error.message}；请对照占位符说明检查"
        ) from None
    except SecurityError:
        raise TemplateRefusedError(
            "模板里有不允许的写法：只能写占位符、条件和循环，不能调用函数、做运算或访问内部属性"
        ) from None
    except (TemplateError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise TemplateRefusedError(
            f"模板无法填写：{type(error).__name__} {error}；请对照占位符说明检查"
        ) from None
    properties = document.docx.core_properties
    properties.title, properties.author = clean(content.title)[:250], "政务管家"
    properties.last_modified_by, properties.revision = "政务管家", stamp.version
    properties.created = properties.modified = content.as_of.replace(tzinfo=None, microsecond=0)
    target = BytesIO()
    document.save(target)
    return stable(target.getvalue())


def _words(content: Content, stamp: Stamp) -> dict[str, Any]:
    """What a template may name (VARIABLES), save the chapters."""
    last = local(content.end).date() if content.end == content.start else _last_day(content)
    return {
        "标题": clean(content.title),
        "合同名称": clean(content.contract_title),
        "合同编码": content.contract,
        "甲方": clean(content.client),
        "乙方": clean(content.supplier),
        "报告种类": content.kind_label,
        "报告期": clean(content.label),
        "开始日期": f"{local(content.start):%Y-%m-%d}",
        "结束日期": f"{last:%Y-%m-%d}",
        "数据截止": f"{local(content.as_of):%Y-%m-%d %H:%M}",
        "编制日期": _chinese_date(stamp.made_at),
        "版本": f"第 {stamp.version} 版",
        "修订说明": clean(stamp.reason),
        "数据": _Figures({figure.name: figure.text for figure in content.figures()}),
    }


def _chapters(content: Content, part: Any, *, names: Sequence[str]) -> dict[str, Any]:
    """The text as a whole and by chapters; what the template does not name is not drawn."""
    whole = write(Flow(part), content.sections) if any("正文" in name for name in names) else ""
    by_chapter = any("各章" in name for name in names)
    chapters = [
        {
            "标题": chapter_title(number, section),
            "内容": write(Flow(part), [section], with_titles=False),
        }
        for number, section in enumerate(content.sections, start=1)
        if by_chapter
    ]
    return {"正文": whole, "各章": chapters}


def _last_day(content: Content) -> Any:
    days = content.end - (content.end - content.start) / (2**30)
    return local(days).date()


def _chinese_date(instant: datetime) -> str:
    day = local(instant)
    return f"{day.year}年{day.month}月{day.day}日"


def _unknown_name(template: bytes, context: Mapping[str, Any], error: UndefinedError) -> str:
    """The placeholder that is not known, as it is written."""
    quoted = re.findall(r"'([^']+)'", error.message or "")
    wanted = quoted[-1] if quoted else ""
    for name in names_of(template):
        if wanted and wanted in name and name.split(".")[0].split("|")[0].strip() not in context:
            return name
    return next((name for name in names_of(template) if wanted and wanted in name), wanted)


def _refusal(template: bytes, name: str) -> TemplateRefusedError:
    known = "、".join(VARIABLES)
    return TemplateRefusedError(
        f"模板{place_of(template, name)}用了未知的占位符“{name}”，可用：{known}", name=name
    )
