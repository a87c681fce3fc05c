from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from steward.core.calendars import api as calendars
from steward.kernel.worktime import is_working_day
from tests.factories.accounts import user_with

pytestmark = pytest.mark.django_db
NOTICE = "/calendars/cn-work/notice/"
VALID = {
    "number": "国办发明电〔2026〕9号",
    "published": "2026-11-05",
    "scope": "year",
    "state": "official",
    "dates": "2027-01-01~2027-01-03 休 元旦\n2027-02-13 班 春节",
}


@pytest.fixture
def keeper(client):
    client.force_login(user_with("calendars.calendar.view", "calendars.calendar.change"))
    return client


def test_a_year_shows_its_holidays_and_make_up_days_by_name(keeper):
    page = keeper.get("/calendars/cn-work/", {"year": "2026"}).content.decode()

    assert page.count('class="work"') == 6
    assert 'title="春节调休上班"' in page
    assert "02-15 至 02-23" in page


def test_a_year_without_a_notice_says_so(keeper):
    page = keeper.get("/calendars/cn-work/", {"year": "2027"}).content.decode()

    assert "尚未正式公布" in page


def test_a_notice_is_shown_before_it_is_recorded(keeper):
    page = keeper.post(NOTICE, VALID).content.decode()

    assert "将要改变的日期" in page
    assert "休 · 元旦" in page
    assert calendars.get("cn-work").number == 1


def test_a_confirmed_notice_is_the_new_version_and_its_difference_is_shown(keeper):
    keeper.post(NOTICE, VALID | {"confirm": "1"})

    info = calendars.get("cn-work")
    page = keeper.get("/calendars/cn-work/versions/2/").content.decode()
    assert (info.number, info.official_until) == (2, date(2027, 12, 31))
    assert is_working_day(info.calendar, date(2027, 2, 13))
    assert "共 4 天" in page


def test_a_wrong_line_is_told_and_nothing_is_recorded(keeper):
    answer = keeper.post(NOTICE, VALID | {"dates": "2027-01-01 歇 元旦", "confirm": "1"})

    assert answer.status_code == 422
    assert "第 1 行" in answer.content.decode()
    assert calendars.get("cn-work").number == 1


def test_a_table_may_be_an_excel_file(keeper):
    book = openpyxl.Workbook()
    book.active.append(["日期", "安排", "名称"])
    book.active.append([date(2027, 1, 1), "休", "元旦"])
    content = BytesIO()
    book.save(content)
    upload = SimpleUploadedFile("通知.xlsx", content.getvalue())

    page = keeper.post(NOTICE, VALID | {"dates": "", "upload": upload}).content.decode()

    assert "休 · 元旦" in page


def test_a_file_that_is_no_table_is_told_in_words(keeper):
    upload = SimpleUploadedFile("通知.xlsx", b"not a workbook")

    page = keeper.post(NOTICE, VALID | {"dates": "", "upload": upload}).content.decode()

    assert "不是可读取的 Excel 或 CSV 文件" in page


def test_recording_needs_its_own_permission(client):
    client.force_login(user_with("calendars.calendar.view"))

    assert client.get("/calendars/cn-work/").status_code == 200
    assert client.get(NOTICE).status_code == 404


@pytest.mark.parametrize("address", ["/calendars/mars/", "/calendars/cn-work/versions/9/"])
def test_what_does_not_exist_answers_404(keeper, address):
    assert keeper.get(address).status_code == 404
