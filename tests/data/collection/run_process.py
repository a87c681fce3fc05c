# ruff: noqa: E402 - Django must be set up before its apps are imported
"""Executes one run in a process that a test kills: `python -m tests.data.collection.run_process ID`."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steward.site.settings")

import django

django.setup()

from django.conf import settings

from steward.data.collection import api as collection
from steward.data.collection import running
from steward.kernel.instants import now

settings.LAKE_ROOT = os.environ["STEWARD_LAKE_ROOT"]
running.CHUNK = 9_000
sys.stdout.write("begun\n")
sys.stdout.flush()
collection.execute_run(int(sys.argv[1]), now=now(), progress=lambda _step, _rows: None)
