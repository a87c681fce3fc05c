"""Rows of files that could not be read: kept file by file, so that a killed run loses none."""

from pathlib import Path

from steward.data.collection.lakehouse import rejects_path


def part_path(run_id: int, batch: int) -> Path:
    """Where the bad rows of one file of a run are kept until the run ends."""
    return rejects_path(run_id).with_name(f"run-{run_id}-{batch}.csv")


def parts_of(run_id: int) -> list[Path]:
    """The bad rows of a run, file by file."""
    whole = rejects_path(run_id)
    parts = whole.parent.glob(f"run-{run_id}-*.csv")
    return sorted(parts, key=lambda path: int(path.stem.rpartition("-")[2]))


def join(run_id: int) -> None:
    """Make one file of the parts, which appears whole; nothing where no row was bad."""
    parts = parts_of(run_id)
    if not parts:
        return
    whole = rejects_path(run_id)
    draft = whole.with_suffix(".draft")
    with draft.open("wb") as target:
        for number, part in enumerate(parts):
            with part.open("rb") as source:
                if number:
                    source.readline()
                target.write(source.read())
    draft.replace(whole)
    for part in parts:
        part.unlink()
