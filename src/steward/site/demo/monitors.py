"""Monitors of the demonstration: each really probes a local target."""

import socket
from datetime import datetime

from steward.kernel.actors import Actor
from steward.operations.monitoring import api as monitoring
from steward.site.demo.assets import SERVICES
from steward.site.demo.people import DISTRICTS

SILENT = "svc-sms"
WORDS = {"sys": "首页可访问", "app": "移动端可访问", "svc": "服务可用"}


def free_port() -> int:
    """A port of this machine that nothing uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def targets() -> dict[str, str]:
    """The local targets by code, with their words."""
    places = [("city", "市级平台"), *((code, name) for code, name, _ in DISTRICTS)]
    systems = {f"sys-{code}": f"{name}集中式电子公文系统" for code, name in places}
    mobile = {"app-front": "淮委前哨"} | {f"app-{code}": f"{name}移动办公" for code, name in places}
    return systems | mobile | {code: name for code, name, _ in SERVICES}


def load_monitors(items: dict[str, int], *, port: int, by: Actor, now: datetime) -> dict[str, int]:
    """One monitor per target; the systems count into the contract's availability.

    The SMS gateway is probed where nothing listens, so that one real failure is there from the
    first minute on.
    """
    made: dict[str, int] = {}
    for code in targets():
        is_system = code.startswith("sys-")
        draft = monitoring.MonitorDraft(
            name=WORDS[code.split("-")[0]] if code != SILENT else "短信网关连接",
            item_id=items[code],
            probe="tcp" if code == SILENT else "http",
            settings={"host": "127.0.0.1", "port": 9}
            if code == SILENT
            else {"url": f"http://127.0.0.1:{port}/t/{code}", "expect_text": "正常"},
            interval=15,
            timeout=5,
            severity="major" if is_system else "minor",
            core=is_system,
        )
        made[code] = monitoring.create_monitor(draft, by=by, now=now)
    return made
