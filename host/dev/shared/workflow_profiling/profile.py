"""All that is known about the performance of a workflow after it was measured; as JSON it is the proof."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from workflow_profiling.compare import Compared
from workflow_profiling.growth import Growing
from workflow_profiling.judging import SHARE, Judgement
from workflow_profiling.runs import Subject
from workflow_profiling.volumes import Size

SCHEMA = "performance/1"
TOP_STATEMENTS = 20


@dataclass(frozen=True)
class Profile:
    """What was measured and how it was judged; *flame* is the name of the flame graph's file, empty without one."""

    subject: Subject
    sizes: list[Size]
    judgement: Judgement
    growing: list[Growing]
    compared_with: str
    compared: list[Compared]
    commit: str
    measured_at: datetime
    machine: dict[str, Any]
    flame: str

    def as_json(self) -> dict[str, Any]:
        """The proof: what was judged, by which measurements, on which machine."""
        found = self.judgement
        seen = [size for size in self.sizes if size.statements is not None]
        return {
            "schema": SCHEMA,
            "workflow": self.subject.name,
            "commit": self.commit,
            "measured_at": self.measured_at.isoformat(timespec="seconds"),
            "criticality": self.subject.criticality,
            "budget_seconds": self.subject.budget,
            "volume": {"today": self.subject.volume, "share": SHARE, "judged": found.rows},
            "verdict": {key: getattr(found, key) for key in ("ok", "kind", "word", "seconds", "upper", "text")},
            "sizes": [_size(size) for size in self.sizes],
            "projection": asdict(found.projection) | {"order": found.projection.order} if found.projection else None,
            "growing": [asdict(each) for each in self.growing],
            "statements": [asdict(each) for each in (seen[-1].statements or [])[:TOP_STATEMENTS]] if seen else [],
            "comparison": {"with": self.compared_with, "at": [asdict(each) for each in self.compared]} if self.compared else None,
            "machine": self.machine,
        }


def _size(size: Size) -> dict[str, Any]:
    return {
        "rows": size.rows,
        "seconds": [round(each, 6) for each in size.seconds],
        "peak_bytes": size.peak_bytes,
        "statements": size.calls,
        "rows_read": size.fetched,
    }
