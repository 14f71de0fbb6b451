"""TOML of any origin: what would take minutes or gigabytes to read is refused like what is no TOML."""

from __future__ import annotations

import re
from typing import Any

LONGEST = 500_000  # characters; a configuration has a few hundred lines
_TOO_DEEP = re.compile(r"(?:\.[ \t]*[\w\"'-]{1,200}+[ \t]*+){40}")  # the memory that a dotted key takes grows with the square of its parts


def read_toml(text: str) -> dict[str, Any]:
    """Read TOML.

    Raises:
        ValueError: it is no TOML, too long, or nested too deeply; says where.
    """
    import tomllib

    if len(text) > LONGEST:
        raise ValueError(f"it is longer than {LONGEST:,} characters")
    if deep := _TOO_DEEP.search(text):
        raise ValueError(f"a key has more than 40 parts (at line {text.count(chr(10), 0, deep.start()) + 1})")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
