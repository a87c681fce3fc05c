"""A report's chapters for the screen: the same figures as in the document, each with its rows."""

from typing import Any

from steward.contracts.reports.papers.flow import chapter_title
from steward.contracts.reports.sections import Chart, Content


def shown(content: Content) -> dict[str, Any]:
    """The context of `reports/content.html`; charts as data for Chart.js."""
    chapters = []
    for number, section in enumerate(content.sections, start=1):
        charts = [
            {"chart": chart, "id": f"chart-{section.id}-{place}", "data": chart_data(chart)}
            for place, chart in enumerate(section.charts)
        ]
        chapters.append(
            {"section": section, "title": chapter_title(number, section), "charts": charts}
        )
    return {"content": content, "chapters": chapters}


def chart_data(chart: Chart) -> dict[str, Any]:
    """Texts only: the page turns them into numbers for drawing; None is a gap."""
    return {
        "shape": chart.shape,
        "unit": chart.unit,
        "labels": list(chart.labels),
        "series": [
            {
                "name": series.name,
                "values": [None if value is None else str(value) for value in series.values],
            }
            for series in chart.series
        ],
    }
