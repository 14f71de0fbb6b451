"""What a script does, as far as its calls tell: write, connect, print."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

_WRITES = {
    *("executemany", "to_sql", "bulk_insert", "upsert", "commit", "insert_many", "insert_one", "update_one", "delete_many", "copy_from"),
    *(
        "to_csv",
        "to_excel",
        "to_parquet",
        "write_text",
        "write_bytes",
        "writerow",
        "writerows",
        "unlink",
        "rmtree",
        "send_message",
        "sendmail",
    ),
    *("execute_stored_procedure", "callproc", "put_object", "upload_file", "write_csv", "write_parquet", "run_in_transaction", "truncate"),
}
_SENDS = {"post", "put", "patch", "delete"}
_CONNECTS = {"connect", "create_engine", "DatabaseHelper", "get_connection", "Session", "urlopen", "FTP", "SMTP", "MongoClient"}
_PRINTS = {"print", "pprint", "set_trace", "breakpoint", "head", "describe"}
_WRITING_SQL = re.compile(
    r"\s*(insert|update|delete|merge|truncate|drop|create|alter|exec|execute|call|replace|grant|bulk|copy)\b", re.IGNORECASE
)


class Acts(NamedTuple):
    """Lines (0: none) of the first call that writes, connects, or prints."""

    writes: int
    connects: int
    prints: int

    def seen(self, deed: str, line: int) -> Acts:
        """With what was done at *line*, too."""
        before = getattr(self, deed)
        return self._replace(**{deed: min(before or line, line)})

    def __str__(self) -> str:
        said = [word for word, line in (("writes", self.writes), ("connects", self.connects), ("prints", self.prints)) if line]
        return " and ".join(said) if len(said) < 3 else "connects, writes and prints"


def deeds(node: ast.Call) -> Iterator[str]:
    """What one call does: writes, connects, prints."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
    sends = name in _SENDS and isinstance(node.func, ast.Attribute) and bool(node.args or node.keywords)
    if name in _WRITES or sends or _writes_sql(name, node) or _opens_to_write(name, node):
        yield "writes"
    if name in _CONNECTS or (name in ("get", "request") and _owner(node) in ("requests", "httpx", "session", "client")):
        yield "connects"
    if name in _PRINTS:
        yield "prints"


def _owner(node: ast.Call) -> str:
    return node.func.value.id if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) else ""


def _writes_sql(name: str, node: ast.Call) -> bool:
    if not name.startswith("execute") or not node.args:
        return False
    texts = [each.value for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return any(_WRITING_SQL.match(text) for text in texts)


def _opens_to_write(name: str, node: ast.Call) -> bool:
    if name != "open":
        return False
    modes = [*node.args, *(each.value for each in node.keywords if each.arg == "mode")]
    return any(
        isinstance(each, ast.Constant) and isinstance(each.value, str) and re.fullmatch(r"[rbt+]*[wax][bt+]*", each.value) for each in modes
    )
