"""What a test may tell the stand-in to do."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

Table = tuple[list[str], list[tuple[Any, ...]]]


@dataclass
class Error(Exception):
    """An error of SQL Server; from severity 20 on it ends the connection, and 1205 and those told so end the transaction."""

    number: int
    message: str = "scripted error"
    severity: int = 16
    ends_transaction: bool = False


@dataclass
class Hang:
    """Say nothing for so long, or until the client cancels; then go on."""

    seconds: float


@dataclass
class Drop:
    """Cut the connection, after some rows were sent if told so."""

    after_rows: int = 0


@dataclass
class Result:
    """What a procedure gives back: result sets, numbers of changed rows and errors in their order; outputs and its return value."""

    sets: list[Table | int | Error] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    status: int = 0
    parameters: list[tuple[str, int, str, int, int, int]] = field(default_factory=list)  # name, kind, type, precision, length, scale


Action = Error | Hang | Drop | Result


@dataclass
class Rule:
    """An action for the statements that match, so many times or always."""

    pattern: re.Pattern[str]
    action: Action
    times: int | None = None

    def takes(self, sql: str) -> bool:
        """Whether it is for this statement; counts down."""
        if self.times == 0 or not self.pattern.search(sql):
            return False
        if self.times is not None:
            self.times -= 1
        return True
