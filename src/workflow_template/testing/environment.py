"""What the result of tests depends on beside files: Python, the installed packages, variables of the environment."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import platform
import site
import sys
import sysconfig
from collections.abc import Iterable

from workflow_template import __version__

_ALWAYS = frozenset(
    ("COVERAGE_CORE", "COVERAGE_PROCESS_START", "COVERAGE_RCFILE", "LANG", "PYTEST_ADDOPTS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    + ("PYTEST_PLUGINS", "PYTHONDEVMODE", "PYTHONHASHSEED", "PYTHONINTMAXSTRDIGITS", "PYTHONNOUSERSITE", "PYTHONOPTIMIZE", "PYTHONPATH")
    + ("PYTHONSAFEPATH", "PYTHONUTF8", "PYTHONWARNINGS", "TZ")
)
_OURS = ("LC_", "WORKFLOW_")
_VERSIONS = (".dist-info", ".egg-info", ".egg-link", ".pth")


def describe() -> dict[str, str]:
    """Python and packages, each as short text or as a digest."""
    return {
        "workflow-template": __version__,
        "Python": f"{platform.python_version()} {sys.implementation.name} on {sys.platform} {platform.machine()}",
        "packages": _packages(),
    }


def variables(key: bytes, named: Iterable[str]) -> str:
    """A digest of the variables that count: `WORKFLOW_*`, those that steer Python and pytest, and those that the code names."""
    wanted = _ALWAYS | set(named)
    found = sorted(f"{name}={value}" for name, value in os.environ.items() if name in wanted or name.startswith(_OURS))
    return hmac.new(key, "\0".join(found).encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()


def _packages() -> str:
    """Names and versions as they stand in the names of the metadata folders: reading the metadata itself takes far longer."""
    names: set[str] = set()
    paths = sysconfig.get_paths()
    for folder in {*site.getsitepackages(), site.getusersitepackages(), paths["purelib"], paths["platlib"]} & set(sys.path):
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            names |= {entry.name for entry in entries if entry.name.endswith(_VERSIONS)}
    return hashlib.sha256("\0".join(sorted(names)).encode()).hexdigest()
