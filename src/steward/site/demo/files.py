"""Files of the demonstration: a table and a few documents, uploaded and collected as people would.

Everything is made up and about places and papers; no person is in it.
"""

import csv
import io
import random
from datetime import date, datetime, timedelta

from docx import Document

from steward.data.collection import api as collection
from steward.data.sources import api as sources
from steward.kernel.instants import local_date
from steward.site.demo.people import DEMO, Cast

CONTRACT = "kecheng-2024"
OWNERS = ("kecheng-szzx", "kecheng-office")
FACILITIES = 400
KINDS = ("健身点", "电动车充电棚", "宣传栏", "便民服务点", "垃圾分类亭", "避灾点")
STREETS = ("府山街道", "荷花街道", "花园街道", "双港街道", "信安街道", "航埠镇", "石梁镇")
PAPERS = {
    "数据归集工作通知.docx": (
        "关于做好第四季度数据归集工作的通知",
        "各数源单位请于每月 5 日前上传上月数据，文件名按“公共设施_年月.csv”命名。",
        "归集后由平台核对行数与校验值，结果在任务页查看。",
    ),
    "公共设施数据说明.docx": (
        "公共设施数据说明",
        "编号由乡镇街道代码和顺序号组成；类型取值见附表；登记日期为首次建成日期。",
    ),
    "前置库割接方案.docx": (
        "前置库割接方案",
        "割接窗口为周六 22:00 至次日 02:00。割接前暂停归集任务，割接后逐张核对行数。",
        "回退条件：核对不符且两小时内不能查明。",
    ),
}


def load_files(cast: Cast, *, now: datetime) -> int:
    """An upload source with two tasks, one run each; how many files were collected."""
    owner = next((cast.bodies[code] for code in OWNERS if code in cast.bodies), None)
    if owner is None:
        return 0
    draft = sources.SourceDraft(
        code="kecheng-upload",
        name="社会治理中心上传",
        purpose="files",
        engine="upload",
        organization_id=owner,
        contract=CONTRACT,
        host="",
        port=0,
    )
    source = sources.register_source(draft, by=DEMO, now=now).pk
    today = local_date(now)
    month = f"{today - timedelta(days=today.day):%Y%m}"
    table = collection.FileTaskDraft(
        shape="sheet",
        name="归集公共设施",
        source_id=source,
        pattern="公共设施_*.csv",
        target="ods.facility",
        types={"编号": "text", "名称": "text", "类型": "text", "街道": "text", "登记日期": "date"},
        keys=("编号",),
    )
    papers = collection.FileTaskDraft(
        shape="files",
        name="归集工作文件",
        source_id=source,
        pattern="*.docx",
        target="工作文件",
    )
    _upload(table, {f"公共设施_{month}.csv": _facilities(today)}, now=now)
    _upload(papers, {name: _paper(text) for name, text in PAPERS.items()}, now=now)
    return 1 + len(PAPERS)


def _upload(draft: collection.FileTaskDraft, files: dict[str, bytes], *, now: datetime) -> None:
    task = collection.create_file_task(draft, by=DEMO, now=now)
    given = [collection.Given(name, len(content), [content]) for name, content in files.items()]
    told = collection.upload_files(task.pk, given, by=DEMO, now=now)
    if told.run_id is not None:
        collection.execute_run(told.run_id, now=now, progress=lambda _step, _rows: None)


def _facilities(today: date) -> bytes:
    """A table as a department would send it: GB18030, ids with leading zeros."""
    chance = random.Random(2026)  # noqa: S311 - made-up data
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["编号", "名称", "类型", "街道", "登记日期"])
    for number in range(1, FACILITIES + 1):
        kind, street = chance.choice(KINDS), chance.choice(STREETS)
        day = today - timedelta(days=chance.randrange(30, 3000))
        writer.writerow([f"{number:06d}", f"{street}{number}号{kind}", kind, street, day])
    return text.getvalue().encode("gb18030")


def _paper(lines: tuple[str, ...]) -> bytes:
    document = Document()
    document.add_heading(lines[0], level=1)
    for line in lines[1:]:
        document.add_paragraph(line)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()
