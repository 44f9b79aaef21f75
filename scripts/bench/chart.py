"""Bar charts as SVG, drawn by hand.

In: bars with a length each, and the half of what was measured. Out: one SVG text that says its own style. The surprise:
it has two sets of colours in it, and the viewer's preference chooses, so it reads on a light page and on a dark one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bench.measuring import Quartiles

__all__ = ["Bar", "bar_chart"]


@dataclass(frozen=True)
class Bar:
    """One line of a chart."""

    label: str
    value: Quartiles
    #: what stands behind the bar
    text: str
    ours: bool = False
    limit: bool = False


_WIDTH, _LABEL, _ROW, _TOP = 860, 300, 26, 52
_PLOT = _WIDTH - _LABEL - 150

_STYLE = """\
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 15px }
.note, .value { fill: #59636e }
.bar { fill: #8c959f } .ours { fill: #0969da } .limit { fill: #d1d9e0 }
.spread { stroke: #1f2328; stroke-width: 1.5 } .base { stroke: #bc4c00; stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc } .note, .value { fill: #9198a1 }
  .bar { fill: #656c76 } .ours { fill: #4493f8 } .limit { fill: #3d444d }
  .spread { stroke: #f0f6fc } .base { stroke: #f0883e }
}"""


def bar_chart(title: str, note: str, bars: Sequence[Bar], *, base: float | None = None) -> str:
    """Horizontal bars from 0, shorter is better; `base` draws a line across all of them.

    A bar that is more than six times as long as the middle one is cut, and says so by its text alone.
    """
    medians = sorted(bar.value.median for bar in bars)
    ends = max((min(bar.value.high, 1.25 * bar.value.median) for bar in bars), default=1.0)
    longest = min(ends, 6 * medians[len(medians) // 2]) * 1.02 if medians else 1.0
    height = _TOP + _ROW * len(bars) + 14
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}">',
        f"<style>{_STYLE}</style>",
        f'<text class="title" x="8" y="20">{escape(title)}</text>',
        f'<text class="note" x="8" y="39">{escape(note)}</text>',
    ]
    for number, bar in enumerate(bars):
        parts += _bar(bar, _TOP + _ROW * number, longest)
    if base is not None and base <= longest:
        x = _x(base, longest)
        parts.append(f'<line class="base" x1="{x}" y1="{_TOP - 4}" x2="{x}" y2="{height - 10}"/>')
    return "\n".join((*parts, "</svg>", ""))


def _bar(bar: Bar, top: int, longest: float) -> list[str]:
    middle = top + _ROW // 2
    end = _x(bar.value.median, longest)
    kind = "ours" if bar.ours else "limit" if bar.limit else "bar"
    parts = [
        f'<text x="{_LABEL - 8}" y="{middle + 4}" text-anchor="end">{escape(bar.label)}</text>',
        f'<rect class="{kind}" x="{_LABEL}" y="{top + 4}" width="{max(1, round(end - _LABEL, 1))}" '
        f'height="{_ROW - 8}" rx="2"/>',
    ]
    beyond = end + 8
    if bar.value.high <= longest:
        low, high = _x(bar.value.low, longest), _x(bar.value.high, longest)
        parts.append(f'<line class="spread" x1="{low}" y1="{middle}" x2="{high}" y2="{middle}"/>')
        beyond = high + 8
    parts.append(f'<text class="value" x="{beyond}" y="{middle + 4}">{escape(bar.text)}</text>')
    return parts


def _x(value: float, longest: float) -> float:
    return round(_LABEL + _PLOT * min(value, longest) / longest, 1)
