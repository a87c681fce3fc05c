"""Charts as PNG with a font of our own, so that Chinese shows whatever the machine has."""

from importlib.resources import as_file, files
from io import BytesIO
from math import nan
from typing import Any

from matplotlib import font_manager, rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from steward.contracts.reports.sections import Chart, Series

FONT = "fonts/NotoSansSC-Regular.ttf"
COLOURS = ("#2563eb", "#dc6803", "#15803d", "#7c3aed")
INCHES, DPI = (6.3, 2.9), 200
MOST_TICKS = 16
INK, LINE = "#374151", "#e5e7eb"


def family() -> str:
    """The name of the font that package zhplot carries, registered with matplotlib."""
    with as_file(files("zhplot") / FONT) as path:
        known = {entry.fname: entry.name for entry in font_manager.fontManager.ttflist}
        if str(path) not in known:
            font_manager.fontManager.addfont(str(path))
        return str(font_manager.FontProperties(fname=str(path)).get_name())


def png(chart: Chart) -> bytes:
    """The picture of a chart, the same bytes for the same figures."""
    settings: dict[Any, Any] = {
        "font.family": [family()],
        "axes.unicode_minus": False,
        "font.size": 9,
        "text.color": INK,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.edgecolor": LINE,
    }
    with rc_context(settings):
        figure = Figure(figsize=INCHES, dpi=DPI, layout="constrained")
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        _draw(axes, chart)
        target = BytesIO()
        canvas.print_png(target, metadata={"Software": None})  # type: ignore[no-untyped-call]
    return target.getvalue()


def _draw(axes: Axes, chart: Chart) -> None:
    places = range(len(chart.labels))
    if chart.shape == "bar":
        _bars(axes, chart)
    else:
        for number, series in enumerate(chart.series):
            axes.plot(
                list(places), _floats(series), label=series.name, marker="o", markersize=3,
                linewidth=1.6, color=COLOURS[number % len(COLOURS)],
            )  # fmt: skip
    step = -(-len(chart.labels) // MOST_TICKS) or 1
    axes.set_xticks(list(places)[::step], list(chart.labels)[::step])
    if any(len(label) > 4 for label in chart.labels):
        axes.tick_params(axis="x", rotation=30)
    axes.set_title(f"（{chart.unit}）", loc="left", fontsize=9)
    axes.grid(axis="y", color=LINE)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    if len(chart.series) > 1:
        axes.legend(frameon=False, ncols=len(chart.series), loc="upper right")


def _bars(axes: Axes, chart: Chart) -> None:
    width = 0.8 / max(1, len(chart.series))
    for number, series in enumerate(chart.series):
        shift = (number - (len(chart.series) - 1) / 2) * width
        drawn = axes.bar(
            [place + shift for place in range(len(chart.labels))], _floats(series),
            width=width * 0.92, label=series.name, color=COLOURS[number % len(COLOURS)],
        )  # fmt: skip
        words = ["" if value is None else f"{value.normalize():f}" for value in series.values]
        axes.bar_label(drawn, words, padding=2, fontsize=8)


def _floats(series: Series) -> list[float]:
    """For drawing only: a gap where there is no data."""
    return [nan if value is None else float(value) for value in series.values]
