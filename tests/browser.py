"""Open a page in headless Chromium: what a reader sees, at the width of a screen or a telephone."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
WRAPPER = """<!doctype html><meta charset=utf-8><iframe id=page style="border:0;width:{width}px;height:900px" srcdoc="{page}"></iframe>
<pre id=seen></pre><script>
document.getElementById("page").onload = event => {{
  const page = event.target.contentDocument, top = page.documentElement;
  const hidden = [...page.querySelectorAll("body *")].filter(each => each.getBoundingClientRect().right > {width} + 1);
  document.getElementById("seen").textContent = JSON.stringify({{
    width: top.scrollWidth, text: page.body.innerText, title: page.title, ground: getComputedStyle(page.body).backgroundColor,
    outside: hidden.map(each => each.tagName + "." + each.className),
    loaded: [window, event.target.contentWindow].flatMap(each => each.performance.getEntriesByType("resource")).map(each => each.name),
  }});
}};
</script>"""


def look_at(page: str, width: int, dark: bool = False) -> dict[str, Any]:
    """How a page comes out *width* pixels wide: `text`, `title`, `width`, `ground`, what lies `outside` and what was `loaded`."""
    with tempfile.TemporaryDirectory() as folder:
        wrapper = Path(folder) / "wrapper.html"
        wrapper.write_text(WRAPPER.format(width=width, page=html.escape(page)), encoding="utf-8")
        said = _run(folder, "--dump-dom", *(["--blink-settings=preferredColorScheme=0"] if dark else []), wrapper.as_uri())
    found = re.search(r'<pre id="seen">(.*?)</pre>', said, re.DOTALL)
    assert found and found.group(1), said[:2000]
    seen: dict[str, Any] = json.loads(html.unescape(found.group(1)))
    return seen


def dom_of(page: Path) -> str:
    """The elements of a page after its own scripts ran."""
    with tempfile.TemporaryDirectory() as folder:
        return _run(folder, "--dump-dom", page.absolute().as_uri())


def photograph(page: Path, picture: Path, width: int, height: int) -> None:
    """Write a PNG of a page."""
    with tempfile.TemporaryDirectory() as folder:
        _run(folder, f"--window-size={width},{height}", f"--screenshot={picture}", page.as_uri())


def print_out(page: Path, paper: Path) -> None:
    """Write a PDF of a page, as a printer gets it."""
    with tempfile.TemporaryDirectory() as folder:
        _run(folder, "--no-pdf-header-footer", f"--print-to-pdf={paper}", page.as_uri())


def _run(folder: str, *words: str) -> str:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("needs a browser: apt-get install chromium")
    command = [
        program,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        f"--user-data-dir={folder}/profile",
        "--virtual-time-budget=2000",
        *words,
    ]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=True).stdout
