"""Bytecode that may be older than its source without Python seeing it."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
from pathlib import Path

_COMPILED = re.compile(r"\.(?:cpython|pypy)")


def drop_doubtful(code: list[str], top: Path) -> None:
    """Remove the compiled files of *code* that were written in the second in which their source was changed last.

    Python compares times in whole seconds, and sizes: a source changed twice within one second keeps the bytecode of the first.
    """
    sources = {str(top / path)[:-3]: top / path for path in code}
    for folder in {os.path.dirname(stem) for stem in sources}:
        compiled = os.path.dirname(importlib.util.cache_from_source(os.path.join(folder, "any.py")))
        with contextlib.suppress(OSError), os.scandir(compiled) as entries:
            for entry in entries:
                source = sources.get(os.path.join(folder, _COMPILED.split(entry.name)[0]))
                if source and entry.stat().st_mtime < int(source.stat().st_mtime) + 1:
                    os.unlink(entry)
