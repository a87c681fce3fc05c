"""Tasks over files, and files as people send them."""

from itertools import count

from steward.data.collection import api as collection
from steward.data.collection.models import CollectionTask
from steward.data.collection.tables_in_files import columns_in_file
from tests.factories.sources import source_at
from tests.support import NOW, SYSTEM

_numbers = count(1)
PEOPLE = "证件号,姓名,年龄\n001,张三,30\n002,李四,41\n"


def upload_source(**fields):
    """A source that people bring files to."""
    given = {"engine": "upload", "host": "", "username": "", "port": 0, "purpose": "files"}
    return source_at("ftp://u:p@x:1/", **(given | fields))


def sheet_on(source, sample, **fields) -> CollectionTask:
    """A task over tables in files, its columns those of a sample (a path), in text."""
    values = {
        "shape": "sheet",
        "name": "归集人口文件",
        "source_id": source.pk,
        "pattern": "*.csv",
        "target": f"ods.people_{next(_numbers)}",
        "types": columns_in_file(sample, fields.get("reading", {})),
        "keys": ("证件号",),
    }
    draft = collection.FileTaskDraft(**(values | fields))
    return collection.create_file_task(draft, by=SYSTEM, now=NOW)


def filing_on(source, **fields) -> CollectionTask:
    """A task over unstructured files."""
    values = {
        "shape": "files",
        "name": "归集公文",
        "source_id": source.pk,
        "pattern": "*",
        "target": f"documents_{next(_numbers)}",
    }
    draft = collection.FileTaskDraft(**(values | fields))
    return collection.create_file_task(draft, by=SYSTEM, now=NOW)


def given(name, content):
    """A file as a browser sends it."""
    data = content if isinstance(content, bytes) else content.encode()
    return collection.Given(name, len(data), [data])
