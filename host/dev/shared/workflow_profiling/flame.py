"""A page that shows where Python spends its time: pyinstrument's flame graph, or a plain table where it is not installed."""

from __future__ import annotations

import cProfile
import html
import pstats
from collections.abc import Callable
from pathlib import Path
from typing import Any

INTERVAL = 0.0005
PAGE = """<!doctype html>
<meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1d2733 }}
table {{ border-collapse: collapse; width: 100% }} th, td {{ padding: .3rem .6rem; border-bottom: 1px solid #dde3ea; text-align: right }}
th:last-child, td:last-child {{ text-align: left }} .bar {{ background: #4c7fb8; height: .7rem; display: inline-block }}
</style>
<h1>{title}</h1><p>{seconds:.2f} seconds in all. A function's own time does not count what it calls.</p>
<table><tr><th>calls</th><th>own seconds</th><th>with calls</th><th>function</th></tr>{rows}</table>
"""


def write_profile(work: Callable[[], Any], file: Path, title: str = "") -> Path:
    """Run *work* under a profiler and write a page to open in a browser: pyinstrument's where it is installed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        from pyinstrument import Profiler
    except ImportError:
        file.write_text(_page(work, title or file.stem), encoding="utf-8")
        return file
    profiler = Profiler(interval=INTERVAL)
    with profiler:
        work()
    if profiler.last_session:
        profiler.last_session.target_description = title or file.stem
    file.write_text(profiler.output_html(), encoding="utf-8")
    return file


def _page(work: Callable[[], Any], title: str) -> str:
    profile = cProfile.Profile()
    profile.runcall(work)
    stats = pstats.Stats(profile)
    found: dict[Any, Any] = stats.stats  # type: ignore[attr-defined]
    rows = sorted(found.items(), key=lambda each: -each[1][2])[:40]
    total = sum(each[2] for each in found.values()) or 1e-9
    return PAGE.format(title=html.escape(title), seconds=total, rows="".join(_row(where, times, total) for where, times in rows))


def _row(where: tuple[str, int, str], times: tuple[int, int, float, float, Any], total: float) -> str:
    file, line, function = where
    name = f"{function} ({Path(file).name}:{line})" if line else function
    bar = f'<span class="bar" style="width:{200 * times[2] / total:.0f}px"></span>'
    return f"<tr><td>{times[1]:,}</td><td>{times[2]:.3f}</td><td>{times[3]:.3f}</td><td>{bar} {html.escape(name)}</td></tr>"
