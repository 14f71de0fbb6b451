"""What was measured as one page: nothing is loaded from elsewhere, no script runs, it follows the light or dark of its reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from workflow_profiling.chart import bars_chart, curve_chart
from workflow_profiling.compare import Compared
from workflow_profiling.growth import Growing
from workflow_profiling.judging import Judgement, duration
from workflow_profiling.profile import Profile
from workflow_profiling.volumes import Size, StatementSum

CSS = Path(__file__).with_name("page.css")
SIGNS = {
    "ok": '<path d="M4.5 10.5l3.5 3.5 7.5-8"/>',
    "bad": '<path d="M5.5 5.5l9 9m0-9l-9 9"/>',
    "warning": '<path d="M10 4.5v7m0 3.2v.3"/>',
}
WIDE, NARROW = (880, 430), (380, 380)
TOP_STATEMENTS = 8
NOISY = 0.25
UNITS = re.compile(r"(?<=\d) (?=(ms|s|min|h)\b|%)")  # a number stays on the line of its unit


def page_of(profile: Profile) -> str:
    """The page of a profile."""
    title = f"Performance of {profile.subject.name}"
    parts = [
        f"<header><h1>{escape(title)}</h1><p class=soft>{profile.measured_at:%Y-%m-%d %H:%M} UTC</p></header>",
        _verdict(profile),
        _figures(profile),
        f"<h2>Time</h2>{_chart(profile)}{_noisy(profile)}",
        *_comparison(profile),
        f"<h2>What grows</h2>{_growing(profile)}",
        f"<h2>By volume</h2>{_volumes(profile.sizes)}",
        f"<h2>Where the database is asked</h2>{_statements(profile)}",
        f"<h2>How this was measured</h2>{_how(profile)}",
    ]
    style = CSS.read_text(encoding="utf-8")
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
    body = "\n".join(parts)
    return f'<!doctype html>\n<html lang="en"><head>{head}<style>\n{style}</style></head>\n<body><main>\n{body}\n</main></body></html>\n'


def size_of(number: float) -> str:
    """An amount of memory as a person says it."""
    for unit, size in (("GiB", 1 << 30), ("MiB", 1 << 20)):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return f"{number / 1024:,.0f} KiB"


def _verdict(profile: Profile) -> str:
    found, budget = profile.judgement, profile.subject.budget
    kind = {"kept": "ok", "exceeded": "bad", "not shown": "warning"}[found.word]
    words = {"ok": "Keeps its budget", "bad": "Exceeds its budget", "warning": "Not shown to keep its budget"}[kind]
    return (
        f'<section class="verdict {kind}"><svg viewBox="0 0 20 20" aria-hidden="true">{SIGNS[kind]}</svg><div><strong>{words}</strong>'
        f"<p>{UNITS.sub('&nbsp;', escape(_sentence(found, budget, profile.subject.volume)))}</p></div></section>"
    )


def _sentence(found: Judgement, budget: float, volume: int) -> str:
    if found.seconds is None or found.upper is None:
        return found.text
    at = f"{found.rows:,} rows, 150 % of today's {volume:,}"
    part = found.upper / budget
    end = f"{f'{part * 100:.1f} %' if part < 1 else f'{part:,.1f} times'} of the {duration(budget)} that it may take."
    if found.kind == "measured":
        return f"{duration(found.seconds)} measured at {at}: {end}"
    return f"{duration(found.seconds)} expected and at most {duration(found.upper)}, projected to {at}: {end}"


def _figures(profile: Profile) -> str:
    last, seen = profile.sizes[-1], [size for size in profile.sizes if size.statements is not None]
    remembered = [size for size in profile.sizes if size.peak_bytes is not None]
    rate = last.rows / min(last.seconds)
    found = [(f"{rate:,.0f}", f"rows per second at {last.rows:,}")]
    if remembered:
        found.append((size_of(remembered[-1].peak_bytes or 0), f"peak of memory at {remembered[-1].rows:,}"))
    if seen:
        found.append((f"{seen[-1].calls:,}", f"statements at {seen[-1].rows:,}"))
        found.append((f"{seen[-1].fetched:,}", f"rows read at {seen[-1].rows:,}"))
    return f"<dl class=figures>{''.join(f'<div class=card><dt>{name}</dt><dd>{value}</dd></div>' for value, name in found)}</dl>"


def _chart(profile: Profile) -> str:
    found, budget, volume = profile.judgement, profile.subject.budget, profile.subject.volume
    drawn = "".join(
        f"<div class={kind}>{curve_chart(profile.sizes, found, budget, volume, *size)}</div>"
        for kind, size in (("wide", WIDE), ("narrow", NARROW))
    )
    legend = [("l-dot", "measured, the shortest of its runs"), ("", "what the measurements say")]
    if found.projection:
        legend += [("l-ahead", f"projected, mostly {found.projection.order}"), ("l-band", "where it may lie")]
    legend.append(("l-budget", "budget"))
    named = "".join(f"<li><i class={kind or 'l-curve'}></i>{name}</li>" for kind, name in legend)
    return f"<div class='card chart'>{drawn}<ul class=legend>{named}</ul></div>"


def _noisy(profile: Profile) -> str:
    projection = profile.judgement.projection
    if projection is None or projection.noise <= NOISY:
        return ""
    apart = f"{projection.noise * 100:.0f} %"
    words = f"Something else was at work on this machine: runs of one size lay so far apart that {apart} had to be allowed for."
    return f"<p class='soft note'>{words} On a quiet machine, or with more time, the bounds are closer.</p>"


def _comparison(profile: Profile) -> Iterator[str]:
    if not profile.compared:
        return
    yield f"<h2>Beside {escape(profile.compared_with)}</h2>"
    rows = "".join(map(_compared, profile.compared))
    head = "<th class=number>Rows<th class=number>Before<th class=number>Now<th class=number>Ratio<th class=number>Statements"
    yield f"<div class='card wrap'><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    pairs = len(profile.compared[-1].after)
    where = "In parentheses: where the true ratio lies, in 95 of 100 cases."
    yield f"<p class='soft note'>Medians of {pairs} pairs of runs, in turn. {where}</p>"


def _compared(found: Compared) -> str:
    kind = {"slower": "bad", "faster": "ok", "alike": ""}[found.ratio.word]
    cells = [
        ("Rows", f"{found.rows:,}"),
        ("Before", duration(sorted(found.before)[len(found.before) // 2])),
        ("Now", duration(sorted(found.after)[len(found.after) // 2])),
        ("Ratio", f"<b class='{kind}' style='color:var(--c)'>{found.ratio}</b>"),
        ("Statements", f"{found.statements[0]:,} → {found.statements[1]:,}"),
    ]
    return "<tr>" + "".join(f"<td class=number data-name={name}><span>{value}</span></td>" for name, value in cells) + "</tr>"


def _growing(profile: Profile) -> str:
    if not profile.growing:
        return "<p class=card>No statement grows faster than the rows.</p>"
    return "".join(map(_growing_card, profile.growing))


def _growing_card(found: Growing) -> str:
    title = "A query for each row (N+1)" if found.kind == "calls" else "Slower for each row"
    return (
        f"<article class='card warning'><h3>{title}</h3><code>{escape(found.sql)}</code>"
        f"<p class=soft>{escape(found.how)} · {duration(found.seconds[-1])} in all · {escape(found.place)}</p></article>"
    )


def _volumes(sizes: Sequence[Size]) -> str:
    charts: list[tuple[str, Callable[[Size], float | None], Callable[[float], str]]] = [
        ("Peak of memory that Python took", lambda size: size.peak_bytes, size_of),
        ("Statements", lambda size: size.calls, lambda value: f"{value:,.0f}"),
        ("Rows read from the database", lambda size: size.fetched, lambda value: f"{value:,.0f}"),
    ]
    drawn = "".join(
        f"<div class=card><h3>{name}</h3>{bars_chart([(size.rows, get(size)) for size in sizes], shown)}</div>"
        for name, get, shown in charts
    )
    return f"<div class=three>{drawn}</div>"


def _statements(profile: Profile) -> str:
    seen = [size for size in profile.sizes if size.statements is not None]
    if not seen:
        return "<p class=card>The statements were not looked at.</p>"
    head = f"<th>Statement, at {seen[-1].rows:,} rows<th class=number>Calls<th class=number>Rows<th class=number>Time"
    rows = "".join(map(_statement, (seen[-1].statements or [])[:TOP_STATEMENTS]))
    return f"<div class='card wrap'><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"


def _statement(found: StatementSum) -> str:
    cells = (("Calls", f"{found.calls:,}"), ("Rows", f"{found.rows:,}" if found.rows else "–"), ("Time", duration(found.seconds)))
    numbers = "".join(f"<td class=number data-name={name}>{value}</td>" for name, value in cells)
    return f"<tr><td class=statement><code>{escape(found.sql)}</code><span class=soft>{escape(found.place)}</span></td>{numbers}</tr>"


def _how(profile: Profile) -> str:
    machine: dict[str, Any] = profile.machine
    projection = profile.judgement.projection
    lines = [
        ("Sizes", ", ".join(f"{size.rows:,}" for size in profile.sizes) + f" rows, in {len(profile.sizes[0].seconds)} rounds of all"),
        ("Time", "from start to end, without the time in which other programs had all processors"),
        ("Input", f"made-up rows in {machine['database']}; each run has a copy of its own"),
        ("Budget", f"{duration(profile.subject.budget)} ({profile.subject.criticality}), at 150 % of {profile.subject.volume:,} rows"),
        ("Version", profile.commit or "not in git"),
        ("Machine", f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, {machine['python']}"),
        (
            "Speed of it",
            f"{machine['reference_ms']} ms for a fixed loop" + (f", load {machine['load']}" if machine["load"] is not None else ""),
        ),
    ]
    if projection:
        curve, noise = "a + b·n + c·n·log n + d·n√n + e·n²", f"{projection.noise * 100:.0f} %"
        lines.insert(1, ("Upper bound", f"the largest that any curve {curve} reaches which passes all runs within {noise}"))
    if profile.flame:
        lines.append(("Where Python is", f'<a href="{escape(profile.flame)}">flame graph</a>'))
    shown = "".join(f"<dt>{name}</dt><dd>{value if name == 'Where Python is' else escape(value)}</dd>" for name, value in lines)
    return f"<dl class='card how'>{shown}</dl>"
