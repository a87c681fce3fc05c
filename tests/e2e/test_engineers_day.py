"""A data engineer's day in a real browser: survey, catalogue, collect, rules, dispatch, Excel
return, write-back, re-check, close — by clicks and keys only, with real workers and databases."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from tests.e2e.engineers_town import (
    BLANK,
    BODY,
    FAILING,
    PASSWORD,
    PEOPLE,
    STAYS_WRONG,
    TWICE,
    WRONG,
    Town,
    build_town,
    right_id,
    wrong_id,
)
from tests.servers import postgres_server

__all__ = ["postgres_server"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="the system has no Chromium"),
]
PATIENCE_MS = 90_000
LOOKS, LOOK_MS = 90, 1_000
SOURCE, TITLE = "东岸街道前置库", "居民登记"
FILLED, ONCE, RIGHT = "姓名已填", "身份号码不重复", "身份号码正确"


class Desk:
    """One person at a browser of their own; everything is a click, a key or a look."""

    def __init__(self, page: Page, username: str) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE_MS)
        page.goto("/login/")
        page.fill("input[name=login]", username)
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("h1:has-text('今天')")

    @property
    def body(self) -> Locator:
        return self.page.locator("#main .sw, .sw").first

    def opens(self, *labels: str) -> "Desk":
        """Follow links by their words, one after the other; the side bar has links too."""
        for label in labels:
            self.page.get_by_role("link", name=label).first.click()
            self.page.wait_for_load_state()
        return self

    def presses(self, label: str) -> "Desk":
        self.page.get_by_role("button", name=label).first.click()
        self.page.wait_for_load_state()
        return self

    def types(self, **words: str) -> "Desk":
        """Fill fields by their names."""
        for name, text in words.items():
            self.page.locator(f"[name={name}]:visible").first.fill(text)
        return self

    def picks(self, **values: str) -> "Desk":
        """Choose in lists by the words shown."""
        for name, label in values.items():
            self.page.locator(f"select[name={name}]").first.select_option(label=label)
        return self

    def sees(self, *texts: str) -> "Desk":
        """Wait until the page says so; pages that follow work turn by themselves."""
        for text in texts:
            expect(self.body).to_contain_text(text, timeout=PATIENCE_MS)
        return self

    def waits_for(self, text: str) -> "Desk":
        """Look again, as a person does, until a page that does not turn by itself says so."""
        for _ in range(LOOKS):
            try:
                expect(self.body).to_contain_text(text, timeout=LOOK_MS)
            except AssertionError:
                self.page.reload()
            else:
                return self
        raise AssertionError(f"{self.page.url} never said “{text}”:\n{self.body.inner_text()}")

    def row(self, words: str) -> list[str]:
        """The cells of the first table row with the words."""
        cells = self.page.locator("tr", has_text=words).first.locator("td").all_inner_texts()
        return [" ".join(cell.split()) for cell in cells]


@pytest.fixture
def town(transactional_db, postgres_server) -> Town:
    return build_town(postgres_server)


@pytest.fixture
def people(page, town, live_server) -> Iterator[tuple[Desk, Desk, Desk]]:
    """The engineer, the owner who approves, the clerk of the street."""
    browser = page.context.browser
    rooms = [
        browser.new_context(base_url=live_server.url, viewport={"width": 1400, "height": 900})
        for _ in range(3)
    ]
    engineer, owner, clerk = (
        Desk(room.new_page(), name)
        for room, name in zip(rooms, ("data", "owner", "clerk"), strict=True)
    )
    yield engineer, owner, clerk
    for room in rooms:
        room.close()


def approve(owner: Desk, title: str) -> None:
    """The person who may decide does so from their own list."""
    owner.opens("审批").waits_for(title)
    owner.opens(title).presses("同意").sees("已通过")


def register_and_survey(engineer: Desk, town: Town) -> None:
    """The source by its form, connected to at once; then what is in it."""
    engineer.opens("数据源", "登记数据源")
    engineer.types(
        name=SOURCE, code="dongan-qzk", organization=BODY, host=town.host,
        database=town.database, username=town.reader, manager="postgres",
    ).picks(purpose="部门前置库", engine="PostgreSQL")  # fmt: skip
    engineer.presses("保存并检测").sees("连接正常", "读取账号只能读")
    engineer.presses("读取结构").sees("resident", "居民登记", "street_lamp")


def catalogue(engineer: Desk, owner: Desk) -> None:
    """From a table that nobody listed to a published catalogue."""
    engineer.waits_for("表未编目 2 处")
    engineer.opens("先登记信息系统").types(code="dongan-xt", name="东岸街道居民系统")
    engineer.presses("保存").sees("目录普查", "street_lamp")
    listed = engineer.page.locator("tr", has_text="resident")
    listed.get_by_role("button", name="生成目录").click()
    engineer.sees("已生成草稿", "下一步", "摘要未填写")
    engineer.presses("申请发布").sees("处不符合编目标准")
    engineer.opens("填写要素").types(
        summary="东岸街道居民的登记信息，自 2020 年起", sharing_condition="因公共服务核验需要"
    ).picks(sharing="有条件共享", sharing_method="共享平台", openness="禁止开放", cycle="每日")
    engineer.presses("保存").sees("已保存")
    engineer.presses("申请发布").sees("正在审核")
    approve(owner, f"发布目录：{TITLE}")
    engineer.waits_for("已发布")


def collect(engineer: Desk) -> None:
    """A task over the table, run once; the counts of both sides agree."""
    engineer.opens("建立归集任务").presses("建立").sees("还没有数据")
    engineer.presses("立即运行").sees("相符", f"来源自报{PEOPLE}", f"归集后行数{PEOPLE}")


def put_under_quality(engineer: Desk, owner: Desk) -> None:
    """A rule drafted and approved, two more from the library, all three on the table."""
    engineer.opens("治理规则库", "新建规则").types(
        code="citizen-id", name=RIGHT, group="人口通用",
        definition="kind: citizen_id\ncolumn: citizen_id",
    )  # fmt: skip
    engineer.presses("存为草稿").presses("提交第 1 版审核").sees("待审核")
    approve(owner, RIGHT)
    engineer.waits_for("已批准")
    engineer.opens("数据归集", f"归集{TITLE}", "登记质检表").types(organization=BODY)
    engineer.presses("登记").sees("下一步")
    for name in (FILLED, ONCE, RIGHT):
        engineer.page.get_by_label(name).check()
    engineer.presses("配置勾选的规则").sees("已配置 3 条规则")


def check_and_dispatch(engineer: Desk) -> str:
    """One check finds exactly what is wrong and tells the department; the score."""
    engineer.presses("立即检查").sees("已完成", "问题已派给责任部门", f"{BODY} {len(FAILING)} 行")
    found = {name: engineer.row(name)[3] for name in (FILLED, ONCE, RIGHT)}
    assert found == {
        FILLED: str(len(BLANK)), ONCE: str(len(TWICE)), RIGHT: str(len(WRONG)),
    }  # fmt: skip
    engineer.page.locator("tr", has_text=FILLED).first.locator("td.num a").first.click()
    engineer.sees(f"不合格行：{FILLED}", *BLANK)
    return score_of(engineer)


def score_of(engineer: Desk) -> str:
    """The score as the table's page shows it, in per cent."""
    engineer.opens("数据质量", TITLE)
    found = re.search(r"得分 ([\d.]+)%", engineer.body.inner_text())
    assert found is not None
    return found[1]


def return_by_excel(clerk: Desk, folder: Path) -> None:
    """The clerk downloads the rows, masked, and sends them back: one still wrong, one foreign."""
    clerk.opens("问题数据工单", BODY).sees(*FAILING, "敏感列已脱敏")
    seen = clerk.body.inner_text()
    assert "330802********" in seen
    assert right_id(8) not in seen
    with clerk.page.expect_download() as taken:
        clerk.page.get_by_role("link", name="导出 Excel").click()
    book = folder / "整改.xlsx"
    taken.value.save_as(book)
    fill_in(book)
    clerk.page.set_input_files("input[name=file]", book)
    clerk.types(reason="已入户核对证件").presses("上传回填")
    clerk.sees("读到 8 行，采纳 6 处改动，1 行未采纳", "第 9 行：没有行号，不能增加行")


def fill_in(book: Path) -> None:
    """What a clerk types into the sheet."""
    work = load_workbook(book)
    sheet = work["问题数据"]
    at = {cell.value: cell.column for cell in sheet[1]}
    for line in range(2, sheet.max_row + 1):
        key = str(sheet.cell(line, at["id"]).value)
        number = int(key[1:])
        if key in BLANK:
            sheet.cell(line, at["full_name"]).value = f"居民{number}"
        elif key == STAYS_WRONG:
            sheet.cell(line, at["citizen_id"]).value = wrong_id(number + 100)
        elif key != TWICE[0]:
            sheet.cell(line, at["citizen_id"]).value = right_id(number)
    foreign = [""] * len(at)
    foreign[at["id"] - 1], foreign[at["full_name"] - 1] = "R999", "外来的行"
    sheet.append(foreign)
    work.save(book)


def write_back(engineer: Desk, owner: Desk) -> None:
    """What the clerk returned goes to the source by statements that another person approved."""
    engineer.opens("问题数据工单", BODY, "查看并生效").sees("UPDATE", "写回语句")
    engineer.presses("提交写回来源库").sees("等待审批写回来源库")
    approve(owner, "写回")
    engineer.sees("已写回来源库")


def correct_the_last(clerk: Desk) -> None:
    """The order stays open for the one row; corrected on the page, checked again, it closes."""
    clerk.opens("问题数据工单", BODY).waits_for(f"{RIGHT} 1")
    clerk.sees("待整改", STAYS_WRONG, "共 1 行")
    clerk.opens("更正")
    clerk.page.get_by_label("citizen_id").fill(right_id(int(STAYS_WRONG[1:])))
    clerk.types(reason="已与公安核对").presses("提交更正").sees("待提交")
    clerk.presses("确认生效并复查").sees("正在复查")
    clerk.opens("回到工单").sees("复查通过，已自动销号")


@pytest.mark.clause("K12.2")
@pytest.mark.usefixtures("workers")
def test_a_data_engineers_day_from_the_survey_to_the_closed_order(people, town, tmp_path):
    engineer, owner, clerk = people

    register_and_survey(engineer, town)
    catalogue(engineer, owner)
    collect(engineer)
    put_under_quality(engineer, owner)
    before = check_and_dispatch(engineer)
    return_by_excel(clerk, tmp_path)
    write_back(engineer, owner)
    correct_the_last(clerk)

    assert float(score_of(engineer)) > float(before)
    clerk.opens("DQ-").waits_for("已解决")
    rows = town.rows()
    assert rows["R003"] == ("居民3", right_id(3))
    assert rows["R008"][0] == "居民8"
    assert "R999" not in rows
