"""Compare side by side: python run.py FOLDER PEERS [ROWS] [ROUNDS] [TOOL …].

Each tool runs in a process of its own, in turns, in one session; its counts must equal the truth
of the generator before its time counts. The best of the rounds is reported with the peak memory.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
RUNS = (
    ("steward", "512MB"),
    ("by_hand", "512MB"),
    ("steward", "4GB"),
    ("by_hand", "4GB"),
    ("datacompy_polars", ""),
    ("datacompy_pandas", ""),
    ("reladiff", ""),
)
LIMIT = 400


def once(tool: str, memory: str, *, folder: Path, python: str) -> tuple[float, float, float, str]:
    """Seconds of the clock and of the processor, peak memory in MB, and what went wrong."""
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(
            ["timeout", str(LIMIT), python, str(HERE / "work.py"), tool, str(folder), memory],
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
        )
        errors = process.stderr.read() if process.stderr else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        lines = out.read().splitlines()
    peak = usage.ru_maxrss / 1024
    if process.returncode:
        last = errors.strip().splitlines()[-1:] or [f"code {process.returncode}"]
        return 0.0, 0.0, peak, last[0][:120]
    answer = json.loads(lines[-1])
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    if answer["found"] != truth:
        return answer["seconds"], answer["cpu"], peak, f"wrong counts: {answer['found']}"
    return answer["seconds"], answer["cpu"], peak, ""


def main() -> None:
    folder, peers = Path(sys.argv[1]), Path(sys.argv[2])
    rows = int(sys.argv[3]) if len(sys.argv) > 3 else 5_000_000
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 3
    chosen = sys.argv[5:]
    subprocess.run([sys.executable, str(HERE / "generate.py"), folder, str(rows)], check=True)
    best: dict[tuple[str, str], tuple[float, float, float, str]] = {}
    for _ in range(rounds):
        for tool, memory in RUNS:
            if chosen and tool not in chosen:
                continue
            ours = tool in {"steward", "by_hand"}
            python = sys.executable if ours else str(peers / "bin" / "python")
            got = once(tool, memory, folder=folder, python=python)
            known = best.get((tool, memory))
            if known is None or (not got[3] and got[0] < known[0]):
                best[tool, memory] = got
    print("| tool | limit | seconds | cpu s | peak MB | |\n|---|---|---|---|---|---|")
    for (tool, memory), (seconds, cpu, peak, problem) in best.items():
        print(f"| {tool} | {memory or '-'} | {seconds:.2f} | {cpu:.2f} | {peak:.0f} | {problem} |")


if __name__ == "__main__":
    main()
