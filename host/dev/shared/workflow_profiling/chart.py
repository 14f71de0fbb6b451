"""Drawings of what was measured, as SVG inside of a page: colours and fonts are those of the page."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from workflow_profiling.judging import Judgement, duration
from workflow_profiling.projection import Projection
from workflow_profiling.volumes import Size

STEPS = (0.0001, 0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 36_000, 360_000)
LEFT, RIGHT, TOP, BOTTOM = 64, 22, 32, 48
POINTS = 24


@dataclass(frozen=True)
class Frame:
    """Where a value lies in a drawing of *width* × *height*: logarithmic scales from the first to the second of *rows* and *seconds*."""

    width: int
    height: int
    rows: tuple[float, float]
    seconds: tuple[float, float]

    def x(self, rows: float) -> float:
        """Where so many *rows* lie."""
        return LEFT + _share(rows, *self.rows) * (self.width - LEFT - RIGHT)

    def y(self, seconds: float) -> float:
        """Where so many *seconds* lie."""
        return self.height - BOTTOM - _share(seconds, *self.seconds) * (self.height - TOP - BOTTOM)


def curve_chart(sizes: Sequence[Size], verdict: Judgement, budget: float, volume: int, width: int, height: int) -> str:
    """Time by rows: what was measured, the curve through it, what is projected, and the budget."""
    frame = _frame(sizes, verdict, budget, width, height)
    parts = [
        *_grid(frame, sizes),
        *_budget(frame, budget),
        *_volumes(frame, volume, verdict.rows),
        *_curve(frame, sizes, verdict.projection),
        *(part for size in sizes for part in _dot(frame, size)),
        *_room(frame, verdict, budget),
        *_judged(frame, verdict),
    ]
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(verdict.text)}">{"".join(parts)}</svg>'


def bars_chart(values: Sequence[tuple[int, float | None]], shown: Callable[[float], str]) -> str:
    """A bar for each size, as wide as its value: *values* are rows and what was found there (None: not looked at)."""
    most = max((value for _, value in values if value is not None), default=0) or 1
    lines = []
    for rows, value in values:
        text, kind = ("–", "none") if value is None else (shown(value), "")
        wide = 0 if value is None else 100 * value / most
        lines.append(f"<li><span>{short(rows)}</span><i class='{kind}' style='--wide:{wide:.1f}%'></i><b>{text}</b></li>")
    return f"<ul class=bars>{''.join(lines)}</ul>"


def short(number: float) -> str:
    """A number of rows for an axis: 750, 12.5 k, 336 k, 1.2 M."""
    for unit, size in (("M", 1_000_000), ("k", 1000)):
        if number >= size:
            return f"{number / size:.{1 if number < 100 * size and number % size else 0}f} {unit}".replace(".0 ", " ")
    return f"{number:,.0f}"


def _share(value: float, low: float, high: float) -> float:
    return (math.log(value) - math.log(low)) / (math.log(high) - math.log(low))


def _frame(sizes: Sequence[Size], verdict: Judgement, budget: float, width: int, height: int) -> Frame:
    times = [each for size in sizes for each in size.seconds] + [each for each in (verdict.seconds, verdict.upper) if each]
    low, high = min(times), max(*times, budget)
    return Frame(width, height, (sizes[0].rows / 1.25, max(verdict.rows, sizes[-1].rows) * 1.25), (low / 1.8, high * 2.2))


def _grid(frame: Frame, sizes: Sequence[Size]) -> Iterator[str]:
    bottom = frame.height - BOTTOM
    for seconds in STEPS:
        if frame.seconds[0] <= seconds <= frame.seconds[1]:
            y = frame.y(seconds)
            yield f'<path class=grid d="M{LEFT} {y:.1f}H{frame.width - RIGHT}"/>'
            yield f"<text x={LEFT - 8} y={y + 4:.1f} class=end>{duration(seconds)}</text>"
    nearest = math.inf
    for size in reversed(sizes):
        x = frame.x(size.rows)
        yield f'<path class=grid d="M{x:.1f} {bottom}v5"/>'
        if nearest - x > 46:
            yield f"<text x={x:.1f} y={bottom + 20} class=middle>{short(size.rows)}</text>"
            nearest = x
    yield f'<path class=axis d="M{LEFT} {bottom}H{frame.width - RIGHT}"/>'
    yield f"<text x={LEFT} y={frame.height - 8}>rows of the source, time: both by powers of ten</text>"


def _budget(frame: Frame, budget: float) -> Iterator[str]:
    y, wide = frame.y(budget), frame.width - LEFT - RIGHT
    yield f"<rect class=over x={LEFT} y={TOP} width={wide} height={y - TOP:.1f} />"
    yield f'<path class=budget d="M{LEFT} {y:.1f}h{wide}"/>'
    yield f'<text class="budget-name" x={LEFT + 8} y={y - 7:.1f}>budget {duration(budget)}</text>'


def _volumes(frame: Frame, today: int, judged: int) -> Iterator[str]:
    """Upright lines at today's volume and at the one that is judged."""
    for rows, name, kind, side in ((today, f"today {short(today)}", "today", "end"), (judged, "150 %", "judged", "middle")):
        x = frame.x(rows)
        if x > LEFT + 10:
            yield f'<path class={kind} d="M{x:.1f} {TOP - 8}V{frame.height - BOTTOM}"/>'
            at = min(x, frame.x(judged) - 26) if kind == "today" else x
            yield f'<text class="{kind}-name {side}" x={at:.1f} y={TOP - 14}>{name}</text>'


def _curve(frame: Frame, sizes: Sequence[Size], projection: Projection | None) -> Iterator[str]:
    if projection is None:
        line = " ".join(f"{frame.x(size.rows):.1f},{frame.y(min(size.seconds)):.1f}" for size in sizes)
        yield f'<polyline class=curve points="{line}"/>'
        return
    first, last = sizes[0].rows, sizes[-1].rows
    known = [first * (last / first) ** (step / POINTS) for step in range(POINTS + 1)]
    ahead = [last * (projection.rows / last) ** (step / POINTS) for step in range(POINTS + 1)]
    upper = [(rows, projection.at(rows) * _widening(rows, last, projection, projection.upper)) for rows in ahead]
    lower = [(rows, projection.at(rows) * _widening(rows, last, projection, projection.lower)) for rows in ahead]
    band = " ".join(f"{frame.x(rows):.1f},{frame.y(max(seconds, frame.seconds[0])):.1f}" for rows, seconds in (*upper, *reversed(lower)))
    yield f'<polygon class=band points="{band}"/>'
    for kind, along in (("curve", known), ("curve ahead", ahead)):
        line = " ".join(f"{frame.x(rows):.1f},{frame.y(projection.at(rows)):.1f}" for rows in along)
        yield f'<polyline class="{kind}" points="{line}"/>'


def _widening(rows: float, last: float, projection: Projection, bound: float) -> float:
    """How far a bound is from the curve on the way from the last measurement, where it is the noise, to the size projected to."""
    share = math.log(rows / last) / math.log(projection.rows / last)
    return (bound / projection.seconds) ** share


def _dot(frame: Frame, size: Size) -> Iterator[str]:
    x, best, worst = frame.x(size.rows), frame.y(min(size.seconds)), frame.y(max(size.seconds))
    said = f"{size.rows:,} rows: {', '.join(map(duration, sorted(size.seconds)))}"
    yield f'<path class=spread d="M{x:.1f} {best:.1f}V{worst:.1f}"/>'
    yield f"<circle class=dot cx={x:.1f} cy={best:.1f} r=4.5><title>{said}</title></circle>"


def _judged(frame: Frame, verdict: Judgement) -> Iterator[str]:
    """The time that is judged, with its name: a ring where it was measured, a bar up to its bound where it was projected."""
    if verdict.upper is None or verdict.seconds is None:
        return
    x, y, top = frame.x(verdict.rows), frame.y(verdict.seconds), frame.y(verdict.upper)
    if verdict.kind == "projected":
        yield f'<path class=reach d="M{x:.1f} {y:.1f}V{top:.1f}M{x - 6:.1f} {top:.1f}h12"/>'
    yield f'<circle class="ring" cx={x:.1f} cy={y:.1f} r=8 />'
    text = duration(verdict.seconds) if verdict.kind == "measured" else f"at most {duration(verdict.upper)}"
    yield f'<text class="told end" x={x - 14:.1f} y={top + 5 if verdict.kind == "projected" else y - 10:.1f}>{text}</text>'


def _room(frame: Frame, verdict: Judgement, budget: float) -> Iterator[str]:
    """The way from what is judged up to the budget, where there is enough of it to be seen."""
    if verdict.upper is None or frame.y(verdict.upper) - frame.y(budget) < 70:
        return
    x, top, bottom = frame.x(verdict.rows), frame.y(budget) + 4, frame.y(verdict.upper) - 14
    yield f'<path class=room d="M{x:.1f} {bottom:.1f}V{top:.1f}m-4 7l4 -7l4 7"/>'
    yield f'<text class="room-name end" x={x - 10:.1f} y={(top + bottom) / 2:.1f}>{budget / verdict.upper:,.0f} × room</text>'
