"""One process a tool, in one session: correctness first, then time and peak memory.

usage: run.py FOLDER PEERS REPEATS [TOOL...]

FOLDER holds people.parquet and streets.parquet (generate.py), PEERS the environments (peers.sh).
A tool whose counts differ from the hand-written ones is shown with the rules that differ.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
OURS = sys.executable


def tools(folder: str, peers: str) -> dict[str, list[str]]:
    script = str(HERE / "peers")
    return {
        "hand-written DuckDB, failing rows": [OURS, f"{script}/handwritten.py", folder, "keys"],
        "Steward, failing keys": [OURS, str(HERE / "ours.py"), folder, "keys"],
        "Steward, failing rows with values": [OURS, str(HERE / "ours.py"), folder, "rows"],
        "Steward, failing keys, 14 rules": [OURS, str(HERE / "ours.py"), folder, "fourteen"],
        "hand-written DuckDB, counts": [OURS, f"{script}/handwritten.py", folder, "counts"],
        "Steward, counts": [OURS, str(HERE / "ours.py"), folder, "counts"],
        "cuallee on DuckDB, counts": [
            f"{peers}/cuallee/bin/python",
            f"{script}/cuallee_duckdb.py",
            folder,
        ],
        "Soda 3 on DuckDB, counts": [f"{peers}/soda/bin/python", f"{script}/soda3.py", folder],
        "Pandera on Polars, failing rows": [
            f"{peers}/pandera/bin/python",
            f"{script}/pandera_polars.py",
            folder,
        ],
        "Pointblank on Polars, 14 rules, all rows": [
            f"{peers}/pointblank/bin/python",
            f"{script}/pointblank_extracts.py",
            folder,
            "polars",
        ],
        "Pointblank on DuckDB, 14 rules, all rows": [
            f"{peers}/pointblank/bin/python",
            f"{script}/pointblank_extracts.py",
            folder,
            "duckdb",
        ],
        "Great Expectations on pandas, 14 rules": [
            f"{peers}/gx/bin/python",
            f"{script}/gx_pandas.py",
            folder,
        ],
    }


def once(command: list[str]) -> tuple[float, float, float, str]:
    """Seconds, seconds of processor, peak megabytes, output; the child is its own process."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=output, stderr=errors)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        output.seek(0)
        errors.seek(0)
        text = output.read() if status == 0 else "FAILED " + errors.read()[-300:]
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text


def counts(text: str) -> dict[str, str]:
    pairs = (line.split() for line in text.splitlines())
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2 and pair[1].isdigit()}


def main() -> None:
    folder, peers, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3])
    chosen = {
        name: command
        for name, command in tools(folder, peers).items()
        if not sys.argv[4:] or any(word in name for word in sys.argv[4:])
    }
    reference: dict[str, str] = {}
    print(
        "| tool | seconds (median) | all runs | CPU seconds (least) | peak MB | rules that differ |"
    )
    print("|---|---|---|---|---|---|", flush=True)
    for name, command in chosen.items():
        runs = [once(command) for _ in range(repeats)]
        found = counts(runs[0][3])
        reference = reference or found
        differ = [rule for rule, count in found.items() if reference.get(rule, count) != count]
        note = (
            runs[0][3].replace("\n", " ") if runs[0][3].startswith("FAILED") else ", ".join(differ)
        )
        times = [run[0] for run in runs]
        listed = " ".join(f"{value:.2f}" for value in times)
        work = min(run[1] for run in runs)
        peak = max(run[2] for run in runs)
        cells = [name, f"{statistics.median(times):.2f}", listed, f"{work:.1f}", f"{peak:.0f}"]
        print("| " + " | ".join([*cells, note or "—"]) + " |", flush=True)


if __name__ == "__main__":
    main()
