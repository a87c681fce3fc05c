"""What catalogues say about the sensitivity of lake tables (DB33/T 2351-2021)."""

from steward.data.catalog.models import Catalogue
from steward.data.collection import api as collection


def declared_by_catalogues(table: str) -> dict[str, collection.DeclaredLevel]:
    """Item code → level, of the catalogue whose data the table holds.

    The version in force counts; a working copy counts at once where it is stricter, because hiding
    a value early harms nobody, and never where it is not.
    """
    row = _catalogue_of(table)
    if row is None:
        return {}
    found = {
        code: collection.DeclaredLevel(level, "", words)
        for code, (level, words) in _in_force(row).items()
    }
    for item in row.items.all():
        level = _number(item.sensitivity)
        held = found.get(item.code)
        if level and (held is None or level > held.level):
            words = (
                f"数据目录“{row.name}”（编制中）"
                if row.version
                else f"数据目录“{row.name}”（草稿）"
            )
            found[item.code] = collection.DeclaredLevel(level, "", words, only_raises=held is None)
    return found


def _catalogue_of(table: str) -> Catalogue | None:
    """The catalogue of a lake table: by where its task collects from."""
    task = collection.task_of_table(table)
    rows = Catalogue.objects.exclude(state="delisted").order_by("-version", "pk")
    if task is not None:
        row = rows.filter(source_id=task.source_id, source_table=task.source_table).first()
        if row is not None:
            return row
    return rows.filter(collected_into=table).first()


def _in_force(row: Catalogue) -> dict[str, tuple[int, str]]:
    version = row.versions.first()
    if version is None:
        return {}
    words = f"数据目录“{row.name}”第 {version.number} 版"
    levels = {
        code: _number(str(item.get("敏感级别", "")))
        for code, item in version.content.get("items", {}).items()
    }
    return {code: (level, words) for code, level in levels.items() if level}


def _number(text: str) -> int:
    """“L3” or “L3 较敏感” as 3; 0 for an empty one."""
    return int(text[1]) if text[:1] == "L" and text[1:2].isdecimal() else 0
