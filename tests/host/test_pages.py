"""The page of each module of a host is true: whatever it tells its reader to run does what the page says.

`tests/pages.py` says how a page is written.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.pages import PageError, blocks_of, run_page

MODULES = ("db_helper", "validation_helpers", "mock_data_generator", "test_framework", "performance_profiler", "run_tests")
SERVERS = {"POSTGRESQL_URL": "postgresql_url", "MARIADB_URL": "mariadb_url", "SQLSERVER_URL": "sqlserver_url"}
WRITTEN = [name for name in MODULES if (ROOT / "docs" / f"{name}.md").is_file()]

pytestmark = pytest.mark.skipif(shutil.which("sh") is None, reason="the commands of the pages are those of sh")


@pytest.fixture
def stamped(workflow: Run, host: Path) -> Path:
    """A host with the workflow `daily_sales`, as on its first day."""
    done = workflow("new", "daily_sales", "--defaults")
    assert done.returncode == 0, done.stderr
    return host


@pytest.mark.parametrize("name", WRITTEN)
def test_the_page_of_a_module_is_true(name: str, stamped: Path, request: pytest.FixtureRequest) -> None:
    page = ROOT / "docs" / f"{name}.md"
    text = page.read_text(encoding="utf-8")
    servers = {variable: request.getfixturevalue(fixture) for variable, fixture in SERVERS.items() if variable in text}

    assert run_page(page, stamped, servers) >= 3


GOOD = """
```toml
# config/settings.toml (added)
[api2]
endpoint = "x"
```
```python
# dev/daily_sales/extra.py
print("from a file")
```
```sh
python dev/daily_sales/extra.py && NAME=Ada
echo "hello $NAME"
ls nowhere  # exit 2
```

```text
from a file
hello ...
```
```python
from db_helper import load_config
print(load_config()["api2"]["endpoint"], "in 12.5 s")
```
```text
x in 3 s
```
```python
load_config()["nothing"]  # raises KeyError
```
"""


def test_a_page_that_is_true_passes(stamped: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(GOOD, encoding="utf-8")

    assert run_page(page, stamped) == 5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("# exit 2", "# exit 3"), r"page.md:11: (.|\n)*exit code 2, 3 was stated: ls nowhere"),
        (("  # exit 2", ""), "exit code 2, 0 was stated"),
        (("hello ...", "bye ..."), r"page.md:11: the page shows\nfrom a file\nbye"),
        (("x in 3 s", "y in 3 s"), r"page.md:21: the page shows\ny in 3 s"),
        (('["endpoint"]', '["nothing"]'), "nothing is not set"),
        (("raises KeyError", "raises TypeError"), r"ConfigError, TypeError was stated"),
        (('load_config()["nothing"]', "pass"), "raised nothing, KeyError was stated"),
    ],
)
def test_a_page_that_is_not_true_names_the_place(change: tuple[str, str], message: str, stamped: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    assert GOOD.count(change[0]) == 1
    page.write_text(GOOD.replace(*change), encoding="utf-8")

    with pytest.raises(PageError, match=message):
        run_page(page, stamped)


def test_an_output_belongs_to_the_block_directly_before_it() -> None:
    page = "```sh\none\n```\nwords\n```text\nnot of one\n```\n```sh\ntwo\n```\n\n```text\nof two\n```\n"

    assert [(block.text, block.shown) for block in blocks_of(page)] == [("one\n", None), ("two\n", "of two\n")]
