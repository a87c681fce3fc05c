"""`steward sync SRC DST`: move a table, for people and for schedules.

Exit codes: 0 moved, 1 moved but rows were kept apart, 2 it did not run.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from steward.engine.cli._terminal import DONE, FINDINGS, Progress, guarded, table
from steward.engine.connectors.base import Connector, open_connector
from steward.engine.connectors.errors import InvalidLocationError
from steward.engine.connectors.lake import LakeConnector
from steward.engine.connectors.rejects import Rejects
from steward.engine.connectors.sync import Report, State, Sync, Task, copy
from steward.engine.lake.fitting import Fit
from steward.engine.lake.store import Lake
from steward.kernel import instants

_EPILOG = """例：
  steward sync 'mysql://用户:${PW}@主机/库#rk' 'lake:///湖#ods.person' --key id
  steward sync 'postgresql://…#public.rk' 'lake:///湖#ods.person' --key id \\
      --mode incremental --cursor update_time --deletes --state 人口.state.json
  steward sync 人口.csv 人口.parquet --rejects 坏行.csv
${名} 取自环境变量，密码不必写在命令里。
退出码：0 完成；1 完成但有坏行单独存放；2 没有完成（目标不变，可重来）。"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the program; the parser's default `run` carries it out."""
    parser = subparsers.add_parser(
        "sync",
        help="搬运一张表",
        description="把一张表搬到数据湖、数据库或文件：全量或增量、可续传、不重不漏、两侧核对。",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", metavar="来源", help="文件、数据库表、数据湖表、FTP/SFTP")
    parser.add_argument("target", metavar="目标", help="同上；增量和识别删除只用于数据湖表")
    parser.add_argument("--key", metavar="列,…", default="", help="关键字列：按它更新而非追加")
    parser.add_argument(
        "--mode", choices=("full", "incremental"), default="full", help="全量（默认）或增量"
    )
    parser.add_argument("--cursor", metavar="列", default="", help="增量所依据的列，如更新时间")
    parser.add_argument("--chunk", metavar="行数", type=int, default=1_000_000, help="每批约多少行")
    parser.add_argument("--deletes", action="store_true", help="来源已删除的行也删除")
    parser.add_argument(
        "--most-deleted", metavar="比例", type=float, default=0.2, help="最多删除的比例，默认 0.2"
    )
    parser.add_argument("--columns", metavar="列,…", default="", help="只搬这些列")
    parser.add_argument("--text", metavar="列,…", default="", help="这些列按文字原样读取")
    parser.add_argument("--state", metavar="文件", help="续传进度存放的文件（JSON）")
    parser.add_argument("--name", metavar="名", help="任务名，用于不重不漏；默认由来源得出")
    parser.add_argument("--add-columns", action="store_true", help="目标表缺少的列自动增加")
    parser.add_argument("--fill-missing", action="store_true", help="来源缺少的列以空值补齐")
    parser.add_argument("--rejects", metavar="文件", help="坏行单独存到此 CSV，其余照搬")
    parser.add_argument("--json", action="store_true", help="在标准输出给出 JSON 结果")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Carry out the command."""
    return guarded(lambda progress: _run(args, progress), keep="--rejects 坏行.csv")


def _run(args: argparse.Namespace, progress: Progress) -> int:
    path = Path(args.rejects) if args.rejects else None
    with Rejects(keep=path is not None, path=path) as rejects:
        source = open_connector(args.source, rejects=rejects)
        target = open_connector(args.target)
        task = _task(args, source)
        if isinstance(target, LakeConnector):
            found = _into_lake(args, source, target, task=task, progress=progress)
        else:
            found = copy(source, target, task)
    progress.clear()
    if args.json:
        sys.stdout.write(json.dumps(found.__dict__, ensure_ascii=False, default=str) + "\n")
    else:
        sys.stdout.write(_report(found))
        for text in found.warnings:
            sys.stderr.write(f"注意：{text}\n")
        if rejects.count:
            sys.stderr.write(f"坏行 {rejects.count} 行已存到 {path}，首个：{rejects.first[0]}\n")
    return FINDINGS if rejects.count else DONE


def _into_lake(
    args: argparse.Namespace,
    source: Connector,
    target: LakeConnector,
    *,
    task: Task,
    progress: Progress,
) -> Report:
    place = Path(args.state) if args.state else None
    sync = Sync(
        source=source,
        lake=Lake(Path(target.location.path), verify=True),
        table=target.location.item,
        task=task,
        save=lambda state: _save(place, state),
        progress=progress.rows,
    )
    return sync.run(now=instants.now(), state=_load(place))


def _task(args: argparse.Namespace, source: Connector) -> Task:
    return Task(
        name=args.name or f"sync:{source.location}",
        mode=args.mode,
        keys=tuple(_names(args.key)),
        cursor=args.cursor,
        chunk=args.chunk,
        columns=tuple(_names(args.columns)),
        as_text=frozenset(_names(args.text)),
        deletes=args.deletes,
        most_deleted=args.most_deleted,
        fit=Fit(
            new="add" if args.add_columns else "error",
            missing="null" if args.fill_missing else "error",
        ),
    )


def _report(found: Report) -> str:
    rows: list[tuple[str, object]] = [
        ("来源自报行数", "未知" if found.expected is None else f"{found.expected:,}"),
        ("实读行数", f"{found.read:,}"),
        ("坏行", f"{found.rejected:,}"),
        ("新增", f"{found.inserted:,}"),
        ("更新", f"{found.updated:,}"),
        ("未变", f"{found.unchanged:,}"),
        ("删除", f"{found.deleted:,}"),
        ("批次", f"{found.batches:,}"),
    ]
    if found.version is not None:
        rows.append(("表版本", str(found.version)))
    return table(("项目", "结果"), rows) + "\n"


def _load(place: Path | None) -> State | None:
    if place is None or not place.exists():
        return None
    try:
        stored: Any = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InvalidLocationError(f"进度文件“{place}”读不懂，请核对或删除后重来") from None
    if not isinstance(stored, dict) or "batch" not in stored:
        raise InvalidLocationError(f"“{place}”不是 steward sync 的进度文件")
    return stored


def _save(place: Path | None, state: State) -> None:
    """Whole or not at all: a state that is half written would be worse than an old one."""
    if place is None:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.part")
    with draft.open("w", encoding="utf-8") as handle:
        handle.write(json.dumps(state, ensure_ascii=False))
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(place)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
