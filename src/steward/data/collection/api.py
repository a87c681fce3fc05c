"""Facade of collection: the lake, tasks and their runs, applications, recall."""

from steward.data.collection.applications import ApplicationDraft, submit_application
from steward.data.collection.choices import Mode, Origin, RunState, Shape, TaskState, Trigger
from steward.data.collection.classification import (
    DeclaredLevel,
    declare_levels,
    declared_levels,
)
from steward.data.collection.events import TableCollected, TableRecalled
from steward.data.collection.filetasks import FileTaskDraft, create_file_task, unblock_any
from steward.data.collection.lakehouse import lake, rows_in
from steward.data.collection.models import TASK_KIND
from steward.data.collection.queries import (
    FlowInfo,
    TaskInfo,
    UnknownTaskError,
    all_tasks,
    collected_tables,
    flow_for,
    task_of_table,
    visible_tables,
)
from steward.data.collection.recalls import recall_task
from steward.data.collection.running import Outcome, execute_run
from steward.data.collection.services import (
    InvalidTaskError,
    TaskDraft,
    TaskStateError,
    create_task,
    decide_offer,
    request_run,
    run_due,
    switch_task,
    unblock_task,
)
from steward.data.collection.uploads import Given, Uploaded, upload_files

__all__ = [
    "TASK_KIND",
    "ApplicationDraft",
    "DeclaredLevel",
    "FileTaskDraft",
    "FlowInfo",
    "Given",
    "InvalidTaskError",
    "Mode",
    "Origin",
    "Outcome",
    "RunState",
    "Shape",
    "TableCollected",
    "TableRecalled",
    "TaskDraft",
    "TaskInfo",
    "TaskState",
    "TaskStateError",
    "Trigger",
    "UnknownTaskError",
    "Uploaded",
    "all_tasks",
    "collected_tables",
    "create_file_task",
    "create_task",
    "decide_offer",
    "declare_levels",
    "declared_levels",
    "execute_run",
    "flow_for",
    "lake",
    "recall_task",
    "request_run",
    "rows_in",
    "run_due",
    "submit_application",
    "switch_task",
    "task_of_table",
    "unblock_any",
    "unblock_task",
    "upload_files",
    "visible_tables",
]
