"""An expression that means a place means the same place, or where that went, when its file has moved: Python evaluates thousands."""

from __future__ import annotations

import os
import posixpath
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.upkeep.conftest import write
from workflow_template.core.host import require_host
from workflow_template.upkeep import migrate as migration

FILES = {
    "README.md": "top\n",
    "utils/db_helper.py": "x = 1\n",
    "utils/sql/orders.sql": "SELECT 1\n",
    "scripts/sales/sales.py": "RULES = 'rules.json'\n",
    "scripts/sales/rules.json": "{}\n",
    "scripts/sales/sample_orders.csv": "1\n",
    "scripts/sales/tests/data/in.csv": "1\n",
    "scripts/sales/tests/data/deep/more.csv": "1\n",
    "scripts/sales/notes.ipynb": '{"cells": []}\n',
    "scripts/stock/stock.py": "y = 1\n",
    "scripts/stock/sample_stock.csv": "1\n",
}
FOLDERS = ("", "utils", "utils/sql", "scripts/stock", "scripts/sales/tests/data", "scripts/sales/tests/data/deep")
PLACES = (
    "scripts/sales/test_%d.py",
    "scripts/sales/debug_%d.py",
    "scripts/sales/tests/test_%d.py",
    "scripts/sales/tests/deeper/test_%d.py",
)
EACH = 12  # expressions of one file
HEAD = "import os\nimport os.path as osp\nimport pathlib\nfrom os.path import abspath, dirname, join\nfrom pathlib import Path\n\n"


class Writer:
    """Writes expressions for places, from a file in *folder*, in the ways in which people write them."""

    def __init__(self, folder: str, dice: random.Random) -> None:
        self.folder, self.dice = folder, dice
        self.lines: list[str] = []

    def expression(self, target: str) -> str:
        ways = [self.pathlib, self.os, self.added, self.formatted, self.named, self.named_os]
        return self.dice.choice(ways)(target)

    def way(self, target: str, start: str = "") -> tuple[int, list[str]]:
        steps = posixpath.relpath("/" + target, "/" + (start or self.folder)).split("/")
        ups = steps.count("..")
        names = [step for step in steps if step not in ("..", ".")]
        return ups, names

    def pathlib(self, target: str, base: str = "", start: str = "") -> str:
        ups, names = self.way(target, start)
        if not base:
            base = self.dice.choice(["Path(__file__)", "pathlib.Path(__file__)", "Path(__file__).resolve()", "Path(__file__).absolute()"])
            base += self.dice.choice([".parent" * (ups + 1), f".parents[{ups}]"])
        else:
            base += ".parent" * ups
        quote = self.dice.choice("'\"")
        whole = self.dice.choice([" / ".join([base, *(quote + name + quote for name in names)]), f"{base}.joinpath({self.listed(names)})"])
        if self.dice.random() < 0.2 and len(names) > 1:
            whole = f"{base} / {quote}{'/'.join(names)}{quote}"
        return self.dice.choice([whole, f"str({whole})", f"os.fspath({whole})"]) if names else base

    def listed(self, names: list[str]) -> str:
        return ", ".join(repr(name) for name in names)

    def os(self, target: str) -> str:
        ups, names = self.way(target)
        inner = self.dice.choice(["__file__", "os.path.abspath(__file__)", "osp.realpath(__file__)", "abspath(__file__)"])
        function = self.dice.choice(["os.path.dirname", "osp.dirname", "dirname"])
        nested = self.dice.randint(0, ups)
        base = f"{function}(" * (nested + 1) + inner + ")" * (nested + 1)
        parts = [self.dice.choice(['".."', "os.pardir"])] * (ups - nested) + [repr(name) for name in names]
        if not parts:
            return base
        if self.dice.random() < 0.3:
            parts = [repr("/".join([*[".."] * (ups - nested), *names]))]
        whole = f"{self.dice.choice(['os.path.join', 'osp.join', 'join'])}({', '.join([base, *parts])})"
        return self.dice.choice([whole, f"os.path.abspath({whole})", f"os.path.normpath({whole})", f"Path({whole})"])

    def added(self, target: str) -> str:
        ups, names = self.way(target)
        rest = "/".join(["..", *[".."] * ups, *names][1:])
        return f"os.path.dirname(__file__) + '/{rest}'" if rest else "os.path.dirname(__file__)"

    def formatted(self, target: str) -> str:
        ups, names = self.way(target)
        rest = "/".join([*[".."] * ups, *names])
        base = self.dice.choice(["os.path.dirname(__file__)", "Path(__file__).parent"])
        return f'f"{{{base}}}/{rest}"' if rest else "Path(__file__).parent"

    def named(self, target: str) -> str:
        name = f"HERE_{len(self.lines)}"
        start = self.dice.choice([self.folder, "", posixpath.dirname(self.folder)])
        self.lines.append(f"{name} = {self.pathlib(start)}")
        return self.pathlib(target, f"Path({name})" if "str(" in self.lines[-1] or "fspath" in self.lines[-1] else name, start or ".")

    def named_os(self, target: str) -> str:
        name = f"BASE_{len(self.lines)}"
        start = self.dice.choice([self.folder, self.folder, "scripts", "utils/sql"])
        self.lines.append(f"{name} = {self.os(start)}")
        ups, names = self.way(target, start)
        if (
            self.dice.random() < 0.3
            and ups
            and "'.." not in self.lines[-1]
            and '".."' not in self.lines[-1]
            and "pardir" not in self.lines[-1]
        ):
            folder = f"os.path.dirname({name})" if "Path(" not in self.lines[-1] else f"{name}.parent"
            rest = [*[".."] * (ups - 1), *names]
            return f"os.path.join({folder}, {self.listed(rest)})" if rest else folder
        rest = [*[".."] * ups, *names]
        if not rest:
            return name
        return self.dice.choice([f"os.path.join({name}, {self.listed(rest)})", f'f"{{{name}}}/{"/".join(rest)}"'])


def written(number: int, dice: random.Random) -> tuple[str, str, list[str]]:
    """One file: its path, its text and the places that V0, V1, … mean in it."""
    path = PLACES[number % len(PLACES)] % number
    writer = Writer(posixpath.dirname(path), dice)
    wanted = [dice.choice([*FILES, *FOLDERS]) for _ in range(EACH)]
    expressions = [writer.expression(target) for target in wanted]
    body = "".join(f"V{at} = {text}\n" for at, text in enumerate(expressions))
    return path, HEAD + "".join(f"{line}\n" for line in writer.lines) + body + "\n\ndef test_it():\n    assert V0\n", wanted


def values(code: str, path: Path) -> Iterator[str]:
    """What V0, V1, … are when Python runs this text as the file *path*."""
    scope: dict[str, object] = {"__file__": str(path), "__name__": "x"}
    exec(compile(code, str(path), "exec"), scope)  # noqa: S102
    yield from (os.path.normpath(str(scope[f"V{at}"])) for at in range(EACH))


@pytest.mark.parametrize("seed", range(int(os.environ.get("PLACES_SEEDS", "4"))))
def test_every_way_to_write_a_place_still_leads_there(seed: int, host: Path, commit: Callable[..., None]) -> None:
    dice = random.Random(seed)  # noqa: S311
    files = [written(number, dice) for number in range(40)]
    commit(FILES | {path: text for path, text, _ in files})

    plan = migration.make_plan(require_host(host))

    moves = {move.source: move.target for move in plan.moves}
    folders = {
        f"scripts/sales/tests/{name}": f"dev/sales/testing/{new}"
        for name, new in (("data", "test_data_samples"), ("data/deep", "test_data_samples/deep"))
    }
    wrong = []
    for path, text, wanted in files:
        assert list(values(text, host / path)) == [os.path.normpath(host / target) for target in wanted], "the test itself is wrong"
        after = plan.contents.get(path, text.encode()).decode()
        for at, (value, target) in enumerate(zip(values(after, host / moves[path]), wanted, strict=True)):
            place = folders.get(target) or moves.get(target, target)
            if value != os.path.normpath(host / place):
                before = next(line for line in text.splitlines() if line.startswith(f"V{at} ="))
                now = next(line for line in after.splitlines() if line.startswith(f"V{at} ="))
                wrong.append((path, target, before, now, os.path.relpath(value, host)))
    assert wrong == []
    assert len(moves) > 40


def test_a_file_read_by_many_is_read_the_same(host: Path, commit: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(7)  # noqa: S311
    files = {path: text for path, text, _ in (written(number, dice) for number in range(60))}
    commit(FILES | files | {"scripts/sales/debug_broken.py": "print 1\n"})
    alone = migration.make_plan(require_host(host))

    monkeypatch.setattr("workflow_template.upkeep.migration.many.WORTH_A_POOL", 2)

    assert migration.make_plan(require_host(host)) == alone
    assert [each.path for each in alone.unsure] == ["scripts/sales/debug_broken.py"]


def test_what_is_only_alike_is_left_alone(host: Path, commit: Callable[..., None]) -> None:
    code = "import os\n\n\ndef test_x(tmp_path):\n    here = tmp_path\n    assert not (here / 'sample_orders.csv').exists()\n"
    code += "    path = os.path.join(str(tmp_path), '..', 'utils')\n    assert 'sample_orders.csv' in 'a sample_orders.csv'\n"
    commit(FILES | {"scripts/sales/test_alike.py": code})

    plan = migration.make_plan(require_host(host))

    assert "scripts/sales/test_alike.py" not in plan.contents
    write(host, {})
