"""What checks found, as data and in words."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from data_checks.checks import Pass

OTHERS = {"failed": "failed", "warning": "with a warning", "info": "to know of", "skipped": "skipped"}


@dataclass(frozen=True)
class Result:
    """What one check found: *failed* of *total* rows; *status* is `passed`, `failed`, `warning`, `info` or `skipped`."""

    id: str
    title: str
    table: str
    failed: int
    total: int
    severity: str
    status: str
    allowed: int
    seen: str
    kind: str
    columns: tuple[str, ...]
    business_rule: str
    where: str
    sql: str
    samples: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """False when it fails the run."""
        return self.status != "failed"

    @property
    def share(self) -> float:
        """The failed part of the rows, from 0 to 1."""
        return self.failed / self.total if self.total else float(self.failed > 0)

    @property
    def found(self) -> str:
        """What the check saw, in words; empty when there is nothing to say."""
        if self.seen or not self.failed:
            return self.seen
        allowed = f", {self.allowed:,} allowed" if self.allowed else ""
        return f"{self.failed:,} of {self.total:,} rows, {percent(self.share)}{allowed}"


@dataclass(frozen=True)
class Report:
    """The results of all checks of one table, and what it took."""

    table: str
    results: tuple[Result, ...]
    database: str
    rows: int
    run_id: str
    started: datetime
    seconds: float
    statements: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return all(result.ok for result in self.results)

    @property
    def headline(self) -> str:
        """What was read, in one line."""
        read = f"{plural(self.rows, 'row')}, {plural(len(self.results), 'check')}, {plural(len(self.statements), 'SELECT')}"
        return f"{self.table}: {read}, {self.seconds:.2f} s ({self.database})"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        results = [{**asdict(each), "ok": each.ok, "share": round(each.share, 6)} for each in self.results]
        return {
            **asdict(self),
            "started": self.started.isoformat(timespec="seconds"),
            "seconds": round(self.seconds, 3),
            "ok": self.ok,
            "results": results,
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the report as canonical JSON: what a checklist, a pull request or an auditor can cite."""
        return digest_of(self.as_dict())


@dataclass(frozen=True)
class Plan:
    """What `validate` would ask, before it does: the SQL, and how often which table is read."""

    table: str
    database: str
    statements: tuple[str, ...]
    passes: tuple[Pass, ...]

    @property
    def scans(self) -> int:
        """How often the table itself is read from end to end; what happens only in a rare case is not counted."""
        return sum(each.table == self.table and not each.only_if for each in self.passes)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        passes = [each._asdict() for each in self.passes]
        return {"table": self.table, "database": self.database, "scans": self.scans, "passes": passes, "statements": list(self.statements)}

    def __str__(self) -> str:
        price = f"{plural(len(self.statements), 'SELECT')}, {plural(self.scans, 'pass', 'passes')} over {self.table}"
        lines = [f"{self.table} on {self.database}: {price}"]
        lines += [f"  {each.table}: {each.why}{f' (only if {each.only_if})' if each.only_if else ''}" for each in self.passes]
        return "\n".join([*lines, *(f"\n{each};" for each in self.statements)])


def digest_of(content: Any) -> str:
    """SHA-256 of canonical JSON (sorted keys, no blanks)."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def plural(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 row", "2,000 rows"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """A share in percent that rounds neither a bad row away nor a good one."""
    number = 100 * share
    for digits in range(7):
        if abs(round(number, digits) - number) <= min(number, 100 - number) / 50:
            return f"{number:.{digits}f} %"
    return f"{number:.1e} %"


def summary(results: Sequence[Result]) -> str:
    """One sentence: how many checks hold, and what of the others."""
    counts = Counter(each.status for each in results)
    others = [f"{counts[status]:,} {words}" for status, words in OTHERS.items() if counts[status]]
    hold = f"{counts['passed']:,} of {plural(len(results), 'check')} {'holds' if len(results) == 1 else 'hold'}"
    return f"{hold}: {', '.join(others)}" if others else hold
