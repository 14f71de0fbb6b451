"""Does a workflow keep its budget at 150 % of today's volume: measured, or projected and judged by the upper bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from workflow_profiling.projection import CannotProject, Projection, project
from workflow_profiling.runs import Subject
from workflow_profiling.volumes import Size

SHARE = 1.5


@dataclass(frozen=True)
class Judgement:
    """Whether the budget is surely kept (*ok*). *seconds* is what is expected at *rows*, *upper* what is judged.

    *kind* says how it was found: `measured`, `projected`, or `unknown` when nothing can be said. *word* says what came out: `kept`,
    `exceeded`, or `not shown` when it may be kept and the measurements are too small or too noisy to tell.
    """

    kind: str
    word: str
    rows: int
    seconds: float | None
    upper: float | None
    text: str
    projection: Projection | None = None

    @property
    def ok(self) -> bool:
        return self.word == "kept"


def rows_judged(volume: int) -> int:
    """The number of rows that the budget holds for."""
    return max(1, round(volume * SHARE))


def judge_sizes(subject: Subject, sizes: Sequence[Size]) -> Judgement:
    """Judge what was measured: by the run at 150 % where there is one, else by the upper bound of a projection."""
    rows = rows_judged(subject.volume)
    if sizes[-1].rows >= rows:
        seconds = median(sizes[-1].seconds)
        return _judgement(subject, "measured", rows, seconds, seconds, None)
    try:
        found = project({size.rows: size.seconds for size in sizes}, rows)
    except CannotProject as error:
        return Judgement("unknown", "not shown", rows, None, None, f"nothing can be said about {rows:,} rows: {error}")
    return _judgement(subject, "projected", rows, found.seconds, found.upper, found)


def _judgement(subject: Subject, kind: str, rows: int, seconds: float, upper: float, projection: Projection | None) -> Judgement:
    word = "kept" if upper <= subject.budget else "exceeded" if seconds > subject.budget else "not shown"
    found = duration(seconds) + (f", at most {duration(upper)}," if kind == "projected" else "")
    share = f"{100 * upper / subject.budget:.1f} %" if upper < subject.budget else f"{upper / subject.budget:,.1f} times"
    said = {"kept": "is kept", "exceeded": "is EXCEEDED", "not shown": "is NOT SHOWN to be kept, measure longer"}[word]
    text = f"{found} {kind} at {rows:,} rows, the budget {said}: {share} of {duration(subject.budget)}"
    return Judgement(kind, word, rows, seconds, upper, text, projection)


def duration(seconds: float) -> str:
    """A time as a person says it: 3.2 ms, 1.43 s, 12 min 30 s, 3 h 20 min."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.{1 if seconds < 0.01 else 0}f} ms"
    if seconds < 99.5 and seconds != 60:
        return f"{seconds:.{2 if seconds < 9.995 else 1}f} s".replace(".00 ", " ").replace(".0 ", " ")
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 120:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,} h {minutes} min" if minutes else f"{hours:,} h"
