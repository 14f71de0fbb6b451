"""Draw the pictures of the README from what the commands print: python docs/pictures.py (needs rich, chromium and the demo's packages)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

HERE = Path(__file__).parent


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "demo"
        command = [sys.executable, "-m", "workflow_template", "demo", "--folder", str(place)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own command
        _draw("demo", "python -m nox -s demo", Text(said.strip().replace(str(place), "…")), 132)
        tree = Tree("dev/flight_delays")
        _grow(tree, place / "data-orchestration" / "dev" / "flight_delays")
        _photograph("validation_page", place / "data-orchestration" / "reports" / "flight_delays_rules.html", 900, 1275)
        _draw("tree", "what a stamp writes, filled in", tree, 60)


def _draw(name: str, title: str, what: Text | Tree, width: int) -> None:
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=width, file=nowhere)
        console.print(what)
    picture = re.sub(r"@font-face \{.*?\}\s*", "", console.export_svg(title=title), flags=re.DOTALL)  # no fonts from elsewhere
    (HERE / f"{name}.svg").write_text(picture, encoding="utf-8")


def _photograph(name: str, page: Path, width: int, height: int) -> None:
    options = ["--headless", "--no-sandbox", "--hide-scrollbars", f"--window-size={width},{height}", f"--screenshot={HERE / name}.png"]
    subprocess.run(["chromium", *options, page.as_uri()], capture_output=True, check=True)  # noqa: S603, S607 - a browser, where there is one


def _grow(tree: Tree, folder: Path) -> None:
    for path in sorted(folder.iterdir(), key=lambda each: (each.is_file(), each.name)):
        if path.name == "__pycache__" or path.suffix == ".log":
            continue
        branch = tree.add(path.name + "/" * path.is_dir())
        if path.is_dir():
            _grow(branch, path)


if __name__ == "__main__":
    main()
