"""All rules; the tuple at the end is the list of them."""

from __future__ import annotations

from workflow_template.standards.rule import REGISTRY, Rule
from workflow_template.standards.rules import (  # noqa: F401 - each registers its rules
    configuration,
    database,
    documents,
    errors,
    flow,
    manifest,
    security,
    structure,
    suppressions,
    testing,
)

RULES: tuple[Rule, ...] = tuple(sorted(REGISTRY, key=lambda rule: rule.id))
