"""Move what belongs to development out of `scripts/`: plan it, apply exactly that plan, take it back."""

from workflow_template.upkeep.migration.apply import Done, apply, undo
from workflow_template.upkeep.migration.plan import Plan
from workflow_template.upkeep.migration.planner import make_plan

__all__ = ["Done", "Plan", "apply", "make_plan", "undo"]
