"""Makes the fixtures of dev/shared/test_framework.py known, by name, to the tests of every workflow."""

import sys
from pathlib import Path

import pytest

HOST = Path(__file__).parents[1]
sys.path[:0] = [str(HOST / "utils"), str(HOST / "dev" / "shared")]

import test_framework  # noqa: E402 - found on the path above

collect_ignore = ["shared/test_framework.py"]  # is no test, whatever its name


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the framework, and with it the options that it brings."""
    if not pluginmanager.has_plugin("test_framework"):
        pluginmanager.register(test_framework, "test_framework")
