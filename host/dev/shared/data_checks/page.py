"""The results of checks as one HTML page for the people who own the data: nothing is loaded from elsewhere, no script runs.

The verdict comes first, then what needs attention, then what holds, what was read, and the evidence. It follows the light or dark of
its reader, fits a telephone and prints on paper.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from data_checks.results import Report, Result, percent, plural

LABELS = {"failed": "Fails", "warning": "Warns", "info": "To know", "skipped": "Skipped", "passed": "Holds"}
COUNTED = {"failed": "failing", "warning": "with a warning", "info": "to know of", "skipped": "skipped", "passed": "hold"}
SIGNS = {
    "passed": '<path d="M4.5 10.5l3.5 3.5 7.5-8"/>',
    "failed": '<path d="M5.5 5.5l9 9m0-9l-9 9"/>',
    "warning": '<path d="M10 4.5v7m0 3.2v.3"/>',
    "info": '<path d="M10 9v6m0-9.8v.3"/>',
    "skipped": '<path d="M5 10h10"/>',
}
READ = (("Table", False), ("Database", False), ("Rows", True), ("SELECTs", True), ("Seconds", True))
STYLE = """
:root {
  color-scheme: light dark; --ground: #f6f5f2; --card: #fff; --ink: #1d2126; --soft: #5c646e; --line: #e2e0da; --code: #f3f2ee;
  --passed: #1d7a46; --failed: #b3261e; --warning: #8f5a00; --info: #1f5f9e; --skipped: #667080;
  --passed-wash: #e6f3ea; --failed-wash: #fbe9e7; --warning-wash: #fcf1dc; --info-wash: #e7f0f9; --skipped-wash: #eef0f2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171a; --card: #1d2125; --ink: #e8eaec; --soft: #a3abb4; --line: #30363c; --code: #15181b;
    --passed: #5cc98a; --failed: #ff8a80; --warning: #f0b85a; --info: #7db8f0; --skipped: #9aa4ae;
    --passed-wash: #17301f; --failed-wash: #3a1d1b; --warning-wash: #35290f; --info-wash: #172a3d; --skipped-wash: #262b30;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 2.5rem 1.25rem 4rem; background: var(--ground); color: var(--ink); overflow-wrap: anywhere;
  font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums;
}
main { max-width: 54rem; margin: 0 auto; }
header { display: flex; justify-content: space-between; align-items: baseline; flex-wrap: wrap; gap: .25rem 1.5rem; margin-bottom: 1.1rem; }
h1 { margin: 0; font-size: 1.05rem; font-weight: 600; }
h2 { margin: 2.75rem 0 .85rem; font-size: 1.15rem; font-weight: 650; }
h3 { margin: 0; font-size: 1.05rem; font-weight: 600; line-height: 1.35; }
p { margin: 0; }
code, pre { font: .86em/1.5 ui-monospace, "Cascadia Mono", Consolas, Menlo, monospace; }
h3 code, .holds code { font-size: .95em; font-weight: inherit; }
.soft { color: var(--soft); font-size: .9rem; }
.passed { --c: var(--passed); --w: var(--passed-wash); }
.failed { --c: var(--failed); --w: var(--failed-wash); }
.warning { --c: var(--warning); --w: var(--warning-wash); }
.info { --c: var(--info); --w: var(--info-wash); }
.skipped { --c: var(--skipped); --w: var(--skipped-wash); }
.sign { flex: none; width: 1.5rem; height: 1.5rem; border-radius: 50%; background: var(--c); fill: none; stroke: var(--card); }
.sign { stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round; }
.verdict { display: flex; gap: 1.25rem; align-items: center; padding: 1.6rem; border-radius: 14px; background: var(--w); }
.verdict { border: 1px solid color-mix(in srgb, var(--c) 30%, transparent); }
.verdict .sign { width: 3.25rem; height: 3.25rem; }
.verdict strong { display: block; font-size: 1.7rem; font-weight: 680; line-height: 1.2; letter-spacing: -.01em; color: var(--c); }
.verdict p { margin-top: .3rem; }
.shares { display: flex; gap: 3px; height: 8px; margin: 1.1rem 0 .6rem; }
.shares span { min-width: 6px; border-radius: 4px; background: var(--c); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.3rem; padding: 0; margin: 0; list-style: none; }
.legend { font-size: .9rem; color: var(--soft); }
.legend b { color: var(--c); font-weight: 650; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
article.card { position: relative; padding: 1.1rem 1.25rem 1.1rem 1.6rem; margin-bottom: .8rem; overflow: hidden; }
article.card::before { content: ""; position: absolute; inset: 0 auto 0 0; width: 5px; background: var(--c); }
.head { display: flex; gap: .8rem; justify-content: space-between; align-items: flex-start; }
.chip { flex: none; padding: .1rem .6rem; border-radius: 99px; background: var(--w); color: var(--c); font-size: .8rem; font-weight: 650; }
.tags { display: flex; flex-wrap: wrap; gap: .1rem .9rem; margin-top: .3rem; color: var(--soft); font-size: .86rem; }
.found { margin-top: .75rem; }
.found b { font-size: 1.15rem; font-weight: 650; }
.bar { height: 6px; margin-top: .5rem; border-radius: 3px; background: var(--line); }
.bar span { display: block; height: 100%; min-width: 4px; border-radius: 3px; background: var(--c); }
.samples { margin-top: .7rem; padding: .6rem .8rem; border-radius: 8px; background: var(--code); font-size: .9rem; }
.samples code { display: inline-block; margin-right: .9rem; }
details { margin-top: .7rem; }
summary { width: fit-content; cursor: pointer; color: var(--soft); font-size: .86rem; }
summary:focus-visible { outline: 2px solid var(--info); outline-offset: 3px; border-radius: 3px; }
pre { margin: .5rem 0 0; padding: .8rem; border-radius: 8px; background: var(--code); white-space: pre-wrap; }
.holds { padding: .35rem 1.25rem; margin: 0; list-style: none; }
.holds li { display: grid; grid-template-columns: auto 1fr auto; gap: 0 .8rem; padding: .6rem 0; align-items: start; }
.holds li + li { border-top: 1px solid var(--line); }
.holds .sign { width: 1.2rem; height: 1.2rem; margin-top: .18rem; }
.holds details { margin-top: .1rem; }
.holds details[open] { grid-column: 1 / -1; }
table { width: 100%; border-collapse: separate; border-spacing: 0; font-size: .92rem; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .84rem; }
th, td { padding: .6rem 1.25rem; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child td { border: 0; }
td:first-child { min-width: 11rem; }
.number { text-align: right; white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.5rem; margin: 0; padding: 1rem 1.25rem; font-size: .92rem; }
dt { color: var(--soft); }
dd { margin: 0; }
footer { margin-top: 1rem; color: var(--soft); font-size: .84rem; }
@media (max-width: 34rem) {
  body { padding: 1.25rem .9rem 3rem; }
  .verdict { padding: 1.15rem; gap: .9rem; align-items: flex-start; }
  .verdict .sign { width: 2.4rem; height: 2.4rem; }
  .verdict strong { font-size: 1.35rem; }
  article.card { padding: .95rem 1rem .95rem 1.3rem; }
  .holds { padding: .2rem 1rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .6rem; }
  thead { display: none; }
  tr { display: block; padding: .7rem 1rem; border-bottom: 1px solid var(--line); }
  tbody tr:last-child { border: 0; }
  td { display: flex; justify-content: space-between; gap: 1rem; padding: .1rem 0; border: 0; text-align: right; }
  td:first-child { min-width: 0; }
  td::before { content: attr(data-name); color: var(--soft); text-align: left; }
}
@media print {
  :root { --ground: #fff; }
  body { padding: 0; font-size: 10.5pt; }
  details { display: none; }
  .card, .verdict, li, tr { break-inside: avoid; }
  .holds, table { break-inside: auto; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""


def to_html(reports: Sequence[Report], evidence: dict[str, Any], title: str) -> str:
    """The page. *evidence* (the JSON of the results) lies in it too, so that the page alone can be checked later."""
    results = [result for report in reports for result in report.results]
    worst = next((status for status in ("failed", "warning") if any(each.status == status for each in results)), "passed")
    loud = [each for status in ("failed", "warning", "info", "skipped") for each in results if each.status == status]
    said = verdict(results)
    body = [
        f"<header><h1>{escape(title)}</h1><p class=soft>{_day(max(each.started for each in reports))}</p></header>",
        f"<section class='verdict {worst}'>{_sign(worst)}<div><strong>{said}</strong><p>{_scope(reports)}</p></div></section>",
        _shares(results),
        *(["<section><h2>Needs attention</h2>", *map(_card, loud), "</section>"] if loud else []),
        *_holding(reports),
        f"<section><h2>What was read</h2>{_read(reports)}</section>",
        f"<section><h2>Evidence</h2>{_evidence(reports, evidence)}</section>",
    ]
    stored = json.dumps(evidence, ensure_ascii=False).replace("<", "\\u003c")
    head = (
        "<meta charset=utf-8><meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<title>{escape(said)} - {escape(title)}</title><link rel=icon href='data:,'><style>{STYLE}</style>"
    )
    script = f"<script type=application/json id=evidence>{stored}</script>"
    main = "\n".join(body)
    return f"<!doctype html>\n<html lang=en><head>{head}</head>\n<body><main>\n{main}\n</main>\n{script}</body></html>\n"


def verdict(results: Sequence[Result]) -> str:
    """The first words of the page."""
    counts = Counter(each.status for each in results)
    if counts["failed"]:
        return f"{counts['failed']:,} of {plural(len(results), 'check')} {'fails' if counts['failed'] == 1 else 'fail'}"
    if counts["warning"]:
        return f"Nothing fails; {plural(counts['warning'], 'check')} {'warns' if counts['warning'] == 1 else 'warn'}"
    if counts["passed"] < len(results):
        return "Nothing fails"
    return "The check holds" if len(results) == 1 else f"All {len(results):,} checks hold"


def _scope(reports: Sequence[Report]) -> str:
    rows = plural(sum(each.rows for each in reports), "row")
    tables = [f"<b>{escape(each.table)}</b>" for each in reports]
    named = tables[0] if len(tables) == 1 else f"{', '.join(tables[:-1])} and {tables[-1]}" if len(tables) < 5 else f"{len(tables)} tables"
    return f"{rows} of {named} judged."


def _shares(results: Sequence[Result]) -> str:
    counts = [(status, sum(each.status == status for each in results)) for status in LABELS]
    spans = [f"<span class={status} style='flex:{number}'></span>" for status, number in counts if number]
    items = [f"<li class={status}><b>{number:,}</b> {COUNTED[status]}</li>" for status, number in counts if number]
    return f"<div class=shares aria-hidden=true>{''.join(spans)}</div><ul class=legend>{''.join(items)}</ul>"


def _card(result: Result) -> str:
    parts = [
        f"<div class=head><h3>{_title(result)}</h3><span class=chip>{LABELS[result.status]}</span></div>{_tags(result)}",
        f"<p class=found>{_found(result)}</p>",
    ]
    if result.failed and not result.seen:
        parts.append(f"<div class=bar aria-hidden=true><span style='width:{100 * result.share:.3f}%'></span></div>")
    if result.samples:
        shown = " ".join(f"<code>{escape(each)}</code>" for each in result.samples)
        parts.append(f"<p class=samples><span class=soft>For example</span><br>{shown}</p>")
    return f"<article class='card {result.status}'>{''.join(parts)}{_sql(result.sql)}</article>"


def _found(result: Result) -> str:
    if result.seen or not result.failed:
        return _sentence(result.seen or "nothing was found")
    allowed = f" <span class=soft>{result.allowed:,} would be allowed.</span>" if result.allowed else ""
    return f"<b>{result.failed:,}</b> of {plural(result.total, 'row')} ({percent(result.share)}) {_breaks(result.failed)}.{allowed}"


def _breaks(failed: int) -> str:
    return "breaks this" if failed == 1 else "break this"


def _tags(result: Result) -> str:
    rule = [f"Business rule <b>{escape(result.business_rule)}</b>"] if result.business_rule else []
    where = [f"only where <code>{escape(result.where)}</code>"] if result.where else []
    named = [] if result.id == result.business_rule else [f"<code>{escape(result.id)}</code>"]
    tags = [*rule, f"Table <b>{escape(result.table)}</b>", f"Severity {result.severity}", *named, *where]
    return f"<p class=tags>{''.join(f'<span>{each}</span>' for each in tags)}</p>"


def _holding(reports: Sequence[Report]) -> list[str]:
    parts = []
    for report in reports:
        passed = [each for each in report.results if each.status == "passed"]
        if passed:
            items = "".join(f"<li class=passed>{_sign('passed')}<div>{_holds(each)}</div>{_sql(each.sql)}</li>" for each in passed)
            parts.append(f"<section><h2>What holds in {escape(report.table)}</h2><ul class='card holds'>{items}</ul></section>")
    return parts


def _holds(result: Result) -> str:
    few = result.failed and not result.seen
    but = (
        f"{result.failed:,} of {plural(result.total, 'row')} ({percent(result.share)}) {_breaks(result.failed)}, {result.allowed:,} may"
        if few
        else ""
    )
    note = " · ".join(
        escape(each) for each in (result.business_rule, result.seen, but, f"only where {result.where}" * bool(result.where)) if each
    )
    return f"{_title(result)}{f'<p class=soft>{note}</p>' if note else ''}"


def _read(reports: Sequence[Report]) -> str:
    rows = [
        f"<tr><td data-name=Table>{escape(each.table)}</td><td data-name=Database>{escape(each.database)}</td>"
        f"<td data-name=Rows class=number>{each.rows:,}</td><td data-name=SELECTs class=number>{len(each.statements)}</td>"
        f"<td data-name=Seconds class=number>{each.seconds:.2f}</td></tr>"
        for each in reports
    ]
    head = "".join(f"<th{' class=number' * number}>{name}</th>" for name, number in READ)
    table = f"<table class=card><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return table + _sql("\n\n".join(f"{sql};" for each in reports for sql in each.statements), "SQL as it was run")


def _evidence(reports: Sequence[Report], evidence: dict[str, Any]) -> str:
    runs = dict.fromkeys(each.run_id for each in reports)
    pairs = [
        ("Begun", ", ".join(sorted({_second(each.started) for each in reports}))),
        ("Run", "<br>".join(f"<code>{escape(each)}</code>" for each in runs)),
        ("Digest", f"<code>{escape(evidence['digest'])}</code>"),
    ]
    words = "The results lie in this page as JSON (element <code>evidence</code>); the digest is the SHA-256 of all of it but the digest."
    return f"<dl class=card>{''.join(f'<dt>{name}</dt><dd>{value}</dd>' for name, value in pairs)}</dl><footer>{words}</footer>"


def _sql(sql: str, words: str = "SQL") -> str:
    return "" if not sql else f"<details><summary>{words}</summary><pre>{escape(sql)}</pre></details>"


def _sign(status: str) -> str:
    return f"<svg class='sign {status}' viewBox='0 0 20 20' role=img aria-label='{LABELS[status]}'>{SIGNS[status]}</svg>"


def _title(result: Result) -> str:
    """What must hold; a column that begins it keeps its own spelling."""
    first = result.columns[0] if result.columns else ""
    if first and result.title.startswith(f"{first} "):
        return f"<code>{escape(first)}</code>{escape(result.title.removeprefix(first))}"
    return _sentence(result.title)


def _sentence(words: str) -> str:
    return escape(words[:1].upper() + words[1:])


def _day(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y, %H:%M} UTC"


def _second(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
