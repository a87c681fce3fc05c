"""Documents: fonts, paper, repeating headings, stable bytes, pictures, templates that are refused."""

import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from matplotlib import font_manager

from steward.contracts.reports.papers import charts
from steward.contracts.reports.papers.defaults import default_template
from steward.contracts.reports.papers.reading import TemplateRefusedError
from steward.contracts.reports.papers.templates import Stamp, check, fill
from steward.contracts.reports.sections import content_from
from tests.contracts.reports.support import content, template, words_of
from tests.support import NOW

STAMP = Stamp(1, "", NOW)


def filled() -> bytes:
    return fill(default_template(), content(), STAMP)


def test_the_kept_text_of_a_report_is_the_report() -> None:
    made = content()

    assert content_from(made.canonical()) == made


def test_the_same_report_is_the_same_document_byte_for_byte() -> None:
    assert filled() == filled()


def test_the_template_is_the_same_byte_for_byte() -> None:
    first = default_template()

    default_template.cache_clear()

    assert default_template() == first


def test_the_paper_is_a4_with_the_margins_of_official_documents() -> None:
    section = Document(BytesIO(filled())).sections[0]

    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert round(section.top_margin.mm) == 37
    assert round(section.left_margin.mm) == 28


def test_every_run_of_words_names_its_chinese_font() -> None:
    document = Document(BytesIO(filled()))
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs if run.text.strip()]

    fonts = {run._element.rPr.rFonts.get(qn("w:eastAsia")) for run in runs}

    assert fonts <= {"宋体", "黑体", "仿宋"}
    assert "仿宋" in fonts


def test_the_heading_row_of_a_table_comes_again_on_every_page() -> None:
    tables = Document(BytesIO(filled())).tables

    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in tables)


def test_figures_stand_on_the_right() -> None:
    figures = Document(BytesIO(filled())).tables[0]

    assert figures.rows[1].cells[1].paragraphs[0].alignment == 2


def test_pages_are_numbered() -> None:
    footer = Document(BytesIO(filled())).sections[0].footer

    assert "PAGE" in footer._element.xml


def test_a_picture_says_what_it_shows() -> None:
    with zipfile.ZipFile(BytesIO(filled())) as archive:
        text = archive.read("word/document.xml").decode()

    assert 'descr="样例图：样例数据一项"' in text


def test_charts_use_the_font_of_the_package_and_miss_no_sign() -> None:
    found = font_manager.findfont(charts.family(), fallback_to_default=False)

    picture = charts.png(content().sections[0].charts[0])

    assert Path(found).name == "NotoSansSC-Regular.ttf"
    assert "zhplot" in found
    assert picture.startswith(b"\x89PNG")


def test_a_chart_is_the_same_byte_for_byte() -> None:
    chart = content().sections[0].charts[0]

    assert charts.png(chart) == charts.png(chart)


def test_a_chart_without_data_is_words_and_no_picture() -> None:
    section = content().sections[0]
    empty = replace(section.charts[0], series=(), words="本期没有可用性数据")
    made = replace(content(), sections=(replace(section, charts=(empty,)),))

    document = fill(default_template(), made, STAMP)

    assert "样例图：本期没有可用性数据" in words_of(document)


def test_words_with_signs_of_templates_and_xml_stay_words() -> None:
    made = replace(content(), contract_title="{{ 7*7 }}<b>&\x07")

    assert "{{ 7*7 }}<b>&" in words_of(fill(default_template(), made, STAMP))


def test_a_template_may_name_single_figures_and_chapters() -> None:
    text = template("可用性 {{ 数据.系统可用性 }}", "{%p for 章 in 各章 %}", "{{ 章.标题 }}",
                    "{{p 章.内容 }}", "{%p endfor %}")  # fmt: skip

    check(text, content())

    assert "一、样例章节" in words_of(fill(text, content(), STAMP))


def test_a_figure_that_this_report_lacks_is_no_data() -> None:
    made = replace(content(), sections=())

    document = fill(template("可用性 {{ 数据.系统可用性 }}"), made, STAMP)

    assert "可用性 无数据" in words_of(document)


@pytest.mark.parametrize(
    ("paragraphs", "said"),
    [
        (("标题", "{{ 单位 }}", "{{p 正文 }}"), "第 2 段“{{ 单位 }}”用了未知的占位符“单位”"),
        (("{{ 数据.没有的 }}", "{{p 正文 }}"), "未知的占位符“数据.没有的”"),
        (("{{ 标题 }", "{{p 正文 }}"), "没有写完整"),
        (("{{ 标题 * 9999999 }}", "{{p 正文 }}"), "不能调用函数、做运算"),
        (("{{ 标题.__class__.__mro__ }}", "{{p 正文 }}"), "不允许"),
        (("{{ 标题.center(999999999) }}", "{{p 正文 }}"), "不允许"),
        (("{{ 标题|center(999999999) }}", "{{p 正文 }}"), "写法有误"),
        (("{% for x in range(9) %}{% endfor %}", "{{p 正文 }}"), "不能调用函数"),
        (("{{ 标题 }}",), "没有“{{p 正文 }}”"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused_with_the_place(paragraphs, said) -> None:
    with pytest.raises(TemplateRefusedError) as refused:
        check(template(*paragraphs), content())

    assert said in refused.value.message


def test_the_text_may_stand_in_a_table() -> None:
    document = Document()
    document.add_table(rows=1, cols=1).rows[0].cells[0].paragraphs[0].text = "{{p 正文 }}"
    target = BytesIO()
    document.save(target)

    check(target.getvalue(), content())

    with zipfile.ZipFile(BytesIO(fill(target.getvalue(), content(), STAMP))) as archive:
        assert "样例文字。" in archive.read("word/document.xml").decode()


def test_an_unknown_word_in_a_table_is_found() -> None:
    document = Document()
    document.add_paragraph("{{p 正文 }}")
    document.add_table(rows=2, cols=1).rows[1].cells[0].paragraphs[0].text = "{{ 主任 }}"
    target = BytesIO()
    document.save(target)

    with pytest.raises(TemplateRefusedError, match="第 1 个表格第 2 行"):
        check(target.getvalue(), content())


def test_an_unknown_word_in_the_head_of_the_page_is_found() -> None:
    with pytest.raises(TemplateRefusedError, match=r"页眉“\{\{ 文号 \}\}”"):
        check(template("{{p 正文 }}", header="{{ 文号 }}"), content())


def test_what_is_not_a_document_is_refused() -> None:
    with pytest.raises(TemplateRefusedError, match=r"不是 \.docx 文件"):
        check(b"PK nothing", content())


def with_part(name: str, text: bytes) -> bytes:
    target = BytesIO(template("{{p 正文 }}"))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return target.getvalue()


def test_macros_are_refused() -> None:
    with pytest.raises(TemplateRefusedError, match="宏"):
        check(with_part("word/vbaProject.bin", b"x"), content())


def test_what_would_be_fetched_from_elsewhere_is_refused() -> None:
    link = b'<Relationships><Relationship Id="r1" Type="http://x/image" TargetMode="External"/>'

    with pytest.raises(TemplateRefusedError, match="外部文件"):
        check(with_part("word/_rels/extra.xml.rels", link), content())


def test_a_document_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(TemplateRefusedError, match="过大"):
        check(with_part("word/media/a.xml", b"0" * (61 * 1024**2)), content())
