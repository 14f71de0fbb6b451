"""Measure a workflow at several volumes, and judge it by its budget at 150 % of today's.

    python dev/shared/performance_profiler.py daily_sales                    measure, judge, write a page and a proof
    python dev/shared/performance_profiler.py daily_sales --compare main     and beside another version, in the same run

Today's volume and what a row of the source looks like say VOLUME and `fill(db, rows)` in the workflow's
`debugging/profile_performance.py`. In a test:

    measured = measure(lambda: workflow.run(db, batch_size=1000))
    verdict = judge(measured.seconds, "standard")

Needs numpy; pyinstrument for the flame graph.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE), str(_HERE.parent.parent / "utils")]

from workflow_profiling.compare import CannotCompare, Compared, compare, other_version  # noqa: E402
from workflow_profiling.flame import write_profile  # noqa: E402
from workflow_profiling.growth import growing  # noqa: E402
from workflow_profiling.judging import duration, judge_sizes, rows_judged  # noqa: E402
from workflow_profiling.machine import commit_of, fingerprint  # noqa: E402
from workflow_profiling.page import page_of, size_of  # noqa: E402
from workflow_profiling.profile import Profile  # noqa: E402
from workflow_profiling.runs import BUDGET_SECONDS, NotMeasurable, Subject, subject_of  # noqa: E402
from workflow_profiling.volumes import measure_sizes  # noqa: E402
from workflow_testing.databases import Databases, configured_server  # noqa: E402
from workflow_testing.stopwatch import now  # noqa: E402

__all__ = ["BUDGET_SECONDS", "Measurement", "Verdict", "judge", "main", "measure", "profile_workflow", "write_profile"]

HOST = _HERE.parent.parent
SECONDS = 60.0
ACCESS_LOG = "WORKFLOW_ACCESS_LOG__FILE"
EXAMPLES = """examples:
  %(prog)s daily_sales
      measure for about a minute; the page is reports/performance/daily_sales/performance.html
  %(prog)s daily_sales --volume 2000000 --seconds 300
      today's volume is another one; more time lets it measure larger sizes, and project less far
  %(prog)s daily_sales --compare main --fail-over 1.2
      beside the version on a branch; exit code 1 when this one surely takes over 1.2 times as long
  %(prog)s daily_sales --compare ../other-checkout --json
"""


class Measurement(NamedTuple):
    """What a piece of work took: wall-clock *seconds*, the peak of memory that Python allocated in bytes, and its *result*."""

    seconds: float
    peak_bytes: int
    result: Any


class Verdict(NamedTuple):
    """Whether a time keeps the budget, in *text* for a person."""

    ok: bool
    seconds: float
    budget: float
    text: str


def measure(work: Callable[..., Any], *arguments: Any, memory: bool = False) -> Measurement:
    """Run *work* and measure it. *memory* runs it a second time, because tracing allocations makes it slower."""
    start = now()
    result = work(*arguments)
    seconds = now() - start
    return Measurement(seconds, _peak(lambda: work(*arguments)) if memory else 0, result)


def judge(seconds: float, criticality: str) -> Verdict:
    """Judge the seconds that 150 % of today's volume took.

    Raises:
        KeyError: *criticality* is not known.
    """
    budget = BUDGET_SECONDS[criticality]
    ok = seconds <= budget
    text = f"{seconds:.2f} s of {budget} s for a {criticality} workflow at 150 % volume: {'kept' if ok else 'EXCEEDED'}"
    return Verdict(ok, seconds, budget, text)


def profile_workflow(
    subject: Subject,
    out: Path,
    *,
    seconds: float = SECONDS,
    compare_with: str = "",
    tell: Callable[[str], None] = lambda words: None,
) -> Profile:
    """Measure *subject* for about so many *seconds*, and write `performance.html`, `performance.json` and `flame.html` into *out*.

    Raises:
        CannotCompare: the other version is not found, or fails.
    """
    out.mkdir(parents=True, exist_ok=True)
    rows, share = rows_judged(subject.volume), 0.5 if compare_with else 1
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        databases = Databases(Path(folder), configured_server())
        try:
            sizes = measure_sizes(subject, databases, rows, seconds * share, tell)
            compared = _compared(subject, databases, compare_with, seconds * share, tell)
            tell("drawing the flame graph")
            flame = _flame(subject, databases, sizes[len(sizes) // 2].rows, out)
        finally:
            databases.drop_all()
    profile = Profile(
        subject=subject,
        sizes=sizes,
        judgement=judge_sizes(subject, sizes),
        growing=growing(sizes),
        compared_with=compare_with,
        compared=compared,
        commit=commit_of(subject.folder),
        measured_at=datetime.now(UTC),
        machine=fingerprint(_database_name()),
        flame=flame.name,
    )
    (out / "performance.json").write_text(json.dumps(profile.as_json(), indent=2) + "\n", encoding="utf-8")
    (out / "performance.html").write_text(page_of(profile), encoding="utf-8")
    return profile


def main(argv: Sequence[str] | None = None) -> int:
    """Profile a workflow. Returns the exit code: 0 the budget is kept, 1 it is not (or nobody can say), 2 it cannot be measured."""
    given = _arguments(argv)
    folder = HOST / "dev" / given.workflow if not Path(given.workflow).is_dir() else Path(given.workflow).resolve()
    progress = _Progress()
    try:
        subject = subject_of(folder)
        subject = subject if given.volume is None else replace(subject, volume=given.volume)
        out = given.out or HOST / "reports" / "performance" / subject.name
        with _quiet():
            profile = profile_workflow(subject, out, seconds=given.seconds, compare_with=given.compare, tell=progress.tell)
    except (NotMeasurable, CannotCompare) as error:
        progress.end()
        sys.stderr.write(f"error: {error}\n")
        return 2
    progress.end()
    sys.stdout.write(json.dumps(profile.as_json(), indent=2) + "\n" if given.json else _text(profile, out))
    slower = any(each.ratio.low > given.fail_over for each in profile.compared)
    return 0 if profile.judgement.ok and not slower else 1


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Measure a workflow at several volumes and judge it by its budget at 150 % of today's.".replace("%", "%%"),
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("workflow", help="name in dev/, or a folder")
    parser.add_argument("--volume", type=_positive, metavar="ROWS", help="today's rows of the source (default: VOLUME)")
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"about how long to measure (default: {SECONDS:.0f})")
    parser.add_argument("--compare", default="", metavar="VERSION", help="another version: a folder, or a branch, tag or commit")
    parser.add_argument("--fail-over", type=float, default=float("inf"), metavar="RATIO", help="fail when this version surely takes longer")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where to write (default: reports/performance/<workflow>)")
    parser.add_argument("--json", action="store_true", help="print the proof")
    return parser.parse_args(argv)


@contextmanager
def _quiet() -> Iterator[None]:
    """Let the runs say nothing, and leave the access log alone: made-up rows are nothing for the auditors."""
    before = os.environ.get(ACCESS_LOG)
    os.environ[ACCESS_LOG] = os.devnull
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        del os.environ[ACCESS_LOG]
        if before is not None:
            os.environ[ACCESS_LOG] = before


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of rows: write a whole one such as 250000")
    return int(text)


def _compared(subject: Subject, databases: Databases, named: str, seconds: float, tell: Callable[[str], None]) -> list[Compared]:
    if not named:
        return []
    with other_version(subject, named) as other:
        return compare(subject, other, databases, rows_judged(subject.volume), seconds, tell)


def _flame(subject: Subject, databases: Databases, rows: int, out: Path) -> Path:
    url = databases.make(subject.samples)
    subject.fill(url, rows)
    return write_profile(lambda: subject.run(url), out / "flame.html", f"{subject.name} with {rows:,} rows")


def _database_name() -> str:
    server = configured_server()
    return "SQLite" if server is None else server.get_backend_name()


def _text(profile: Profile, out: Path) -> str:
    lines = [
        f"{profile.subject.name}: {profile.judgement.text}",
        "",
        f"{'rows':>12}{'seconds':>12}{'memory':>12}{'statements':>12}{'rows read':>12}",
    ]
    for size in profile.sizes:
        memory = "" if size.peak_bytes is None else size_of(size.peak_bytes)
        calls, fetched = ("" if each is None else f"{each:,}" for each in (size.calls, size.fetched))
        lines.append(f"{size.rows:>12,}{duration(min(size.seconds)):>12}{memory:>12}{calls:>12}{fetched:>12}")
    lines += ["", *(f"grows too fast: {each.how}\n  {each.sql}\n  at {each.place}" for each in profile.growing)]
    lines += [] if profile.growing else ["no statement grows faster than the rows"]
    lines += [
        f"beside {profile.compared_with} at {each.rows:,} rows: {each.ratio} times as long: {each.ratio.word}" for each in profile.compared
    ]
    return "\n".join([*lines, f"page: {out / 'performance.html'}", ""])


class _Progress:
    """A line on the terminal that says what is done now; nothing elsewhere."""

    def tell(self, words: str) -> None:
        """Say it."""
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{words} ...\033[K")
            sys.stderr.flush()

    def end(self) -> None:
        """Take the line away."""
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")


def _peak(work: Callable[[], Any]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


if __name__ == "__main__":
    sys.exit(main())
