"""Real local targets for the demonstration's probes, with a page to stop and start each.

Every target answers `/t/<code>`; a stopped one answers 503. One target falls for three minutes in
every twenty by itself, so that whoever watches sees the loop turn.
"""

import html
import json
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

STATE = "demo-targets.json"
RESTLESS = "svc-ofd-convert"
CYCLE_SECONDS, FALL_SECONDS = 1200, 180


def read_state(home: Path) -> dict[str, Any]:
    """The port, the targets (code → words) and which are stopped."""
    state: dict[str, Any] = json.loads((home / STATE).read_text(encoding="utf-8"))
    return state


def write_state(home: Path, state: dict[str, Any]) -> None:
    """Keep the state for the next start."""
    partial = home / f"{STATE}.part"
    partial.write_text(json.dumps(state, ensure_ascii=False, indent=1), encoding="utf-8")
    partial.replace(home / STATE)


def is_down(code: str, state: dict[str, Any], *, clock: float) -> bool:
    """Whether a target is stopped now, by hand or by its own rhythm."""
    by_itself = code == RESTLESS and clock % CYCLE_SECONDS < FALL_SECONDS
    return by_itself or code in state["stopped"]


def serve(home: Path) -> None:
    """Serve until the process ends."""
    port = int(read_state(home)["port"])
    handler = type("Handler", (_Handler,), {"home": home})
    ThreadingHTTPServer(("127.0.0.1", port), handler).serve_forever()


class _Handler(BaseHTTPRequestHandler):
    home: Path
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        state = read_state(self.home)
        if not self.path.startswith("/t/"):
            self._answer(HTTPStatus.OK, _console(state), "text/html")
            return
        code = self.path.removeprefix("/t/")
        if code not in state["targets"]:
            self._answer(HTTPStatus.NOT_FOUND, "没有这个目标")
        elif is_down(code, state, clock=time.time()):
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, "已停止")
        else:
            self._answer(HTTPStatus.OK, "正常")

    def do_POST(self) -> None:
        state = read_state(self.home)
        action, _, code = self.path.strip("/").partition("/")
        if code not in state["targets"] or action not in ("stop", "start"):
            self._answer(HTTPStatus.NOT_FOUND, "没有这个目标")
            return
        stopped = set(state["stopped"])
        (stopped.add if action == "stop" else stopped.discard)(code)
        write_state(self.home, state | {"stopped": sorted(stopped)})
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", "/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Probes come every few seconds: no access log."""

    def _answer(self, status: HTTPStatus, text: str, kind: str = "text/plain") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _console(state: dict[str, Any]) -> str:
    rows = "".join(_row(code, words, state) for code, words in state["targets"].items())
    return (
        '<!doctype html><html lang="zh"><meta charset="utf-8"><title>演示目标</title>'
        "<style>body{font:15px/1.6 sans-serif;max-width:720px;margin:2rem auto}td{padding:4px 12px}"
        ".down{color:#c00}.up{color:#080}</style><h1>演示目标</h1>"
        "<p>这些是真实的本地服务，平台每隔几秒探测一次。停掉一个，看它变成中断、产生工单、影响考核；再启动，看它恢复。</p>"
        f"<table>{rows}</table></html>"
    )


def _row(code: str, words: str, state: dict[str, Any]) -> str:
    stopped = code in state["stopped"]
    down = is_down(code, state, clock=time.time())
    action, label = ("start", "启动") if stopped else ("stop", "停掉")
    mark = '<td class="down">● 中断</td>' if down else '<td class="up">● 正常</td>'
    button = f'<form method="post" action="/{action}/{code}"><button>{label}</button></form>'
    return f"<tr><td>{html.escape(words)}</td>{mark}<td>{button}</td></tr>"
