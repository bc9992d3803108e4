"""Bars as SVG, written by hand: one group per metric of each set, one bar per model."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from miaohui.discovery.interest.evaluation.report import Row

BAR, GAP, LEFT, WIDTH = 16, 22, 250, 760
OURS, OTHERS = "#c8402f", "#c9b48a"


def write_chart(path: Path, rows: Sequence[Row]) -> None:
    """This will write the picture of every figure; within a metric the longest bar fills the width."""
    path.write_text(bars(rows), encoding="utf-8")


def bars(rows: Sequence[Row]) -> str:
    """The SVG of one bar per model and metric."""
    parts: list[str] = []
    y = 24
    for name, metric in dict.fromkeys((row.set_name, metric) for row in rows for metric in row.figures):
        parts.append(f'<text x="8" y="{y}" class="title">{escape(name)} · {escape(metric)}</text>')
        y += 8
        group = [row for row in rows if row.set_name == name and metric in row.figures]
        longest = max((abs(row.figures[metric]) for row in group), default=0.0) or 1.0
        for row in group:
            value = row.figures[metric]
            length = (WIDTH - LEFT - 90) * abs(value) / longest
            colour = OURS if row.model == "miaohui" else OTHERS
            parts.append(f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{escape(row.model)}</text>')
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR - 3}" fill="{colour}"/>')
            parts.append(f'<text x="{LEFT + length + 6:.1f}" y="{y + 12}">{value:.4f}</text>')
            y += BAR
        y += GAP
    style = "text{font:12px system-ui,sans-serif;fill:#2b2118}.title{font-weight:600}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" viewBox="0 0 {WIDTH} {y}">'
        f"<style>{style}</style><rect width='100%' height='100%' fill='#fffaf0'/>{''.join(parts)}</svg>\n"
    )
