"""Configuration: what differs between machines, environments and years does not stand in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from workflow_template.standards.pattern import Pattern
from workflow_template.standards.rule import Problem, at, file_rule, nearest, workflow_rule
from workflow_template.standards.source import Kind, Source, dotted, everything
from workflow_template.standards.workflow import Workflow

_URL = Pattern(r"(?:https?|ftps?|sftp|amqps?|kafka|rediss?|mongodb(?:\+srv)?|ldaps?|smb|wss?|s3a?|gs|abfss?)://([^\s/'\"<>{}:@]+)[^\s]*")
_HOST = Pattern(r"[a-z0-9._-]+")
_IP = Pattern(r"(?:\d{1,3}\.){3}\d{1,3}(?::\d{2,5})?")
_NAMESPACES = (
    "www.w3.org", "schemas.", "json-schema.org", "purl.org", "xmlns.", "www.opengis.net", "schema.org", "docs.", "example.", "www.example.",
)  # fmt: skip
_PATH = Pattern(
    r"(?:[A-Za-z]:[\\/]|\\\\[\w.$-]+\\|/(?:home|mnt|opt|srv|media|nfs|Users|var)/|/(?:data|export|exports|app|etl|shared|tmp)/(?=.*\.\w{2,5}$))[^\n\"'<>|*?]*"
)
_SERVER = Pattern(r"(?i)(?:^|;)\s*(?:server|data source|host|address)\s*=\s*([^;{}\s]+)")
_CRON = Pattern(r"(?:@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)|(?:[\d*][\d*/,-]*\s+){4}[\d*A-Z][\d*/,A-Z-]*)")
_SIZES = Pattern(
    r"(?i)(.*_)?(batch|chunk|page|fetch|commit|bulk)_?(size|rows|count|limit)|batchsize|chunksize|rows_per_batch|max_rows_per_\w+"
)
_SCHEDULERS = frozenset(
    ["schedule.every", "BlockingScheduler", "BackgroundScheduler", "AsyncIOScheduler", "CronTrigger", "IntervalTrigger", "sched.scheduler"]
)
_SECTIONED = Pattern(r"(?i)config|settings|cfg|conf")


def _production(kind: Kind) -> bool:
    return kind.is_production


@file_rule("WF401", "Endpoints and servers come from the configuration", _production, words=("://", "erver", "ost", "SERVER", "HOST"))
def names_no_endpoint(source: Source) -> Iterator[Problem]:
    """The test environment has another address than production, and an address in the code sends test data to the real system.

    Bad:
        ORDERS = "https://shop.acme.com/api/v2/orders"
    Good:
        config = db_helper.load_config()
        orders = config["api"]["endpoint"] + "/orders"

    Fix: write it into config/settings.toml, and read it by `db_helper.load_config()`.
    """
    for node in _values(source):
        text = str(node.value)
        if " " in text.strip() and not _SERVER.search(text):
            continue
        for found in [*_URL.finditer(text), *_SERVER.finditer(text)]:
            host = found[1].lower()
            if not _is_no_endpoint(host, found[0]):
                yield at(source, node, f"{found[1]} is an address in the code: write it into config/settings.toml")
                break
    for _, word in _given(source, "host", "server", "hostname"):
        value = word.value if isinstance(word, ast.Constant) and isinstance(word.value, str) else ""
        if (_IP.fullmatch(value) or "." in value.strip(".")) and not _is_no_endpoint(value.partition(":")[0], value):
            yield at(source, word, f"{value} is a server in the code: write it into config/settings.toml")


@file_rule("WF402", "Paths of a machine come from the configuration", _production, words=(":\\", ":/", "\\\\", "/"))
def names_no_path(source: Source) -> Iterator[Problem]:
    """The path is on one machine; on the next, and in Kestra, the script stops at it.

    Bad:
        EXPORT = "C:\\\\exports\\\\daily.csv"
    Good:
        export = Path(config["files"]["export_folder"]) / "daily.csv"

    Fix: write the folder into config/settings.toml; a temporary file comes from `tempfile`, one beside the script from `Path(__file__)`.
    """
    for node in _values(source):
        text = str(node.value)
        found = (text[:1] in ("/", "\\") or text[1:2] == ":") and _PATH.match(text)
        if found and len(text) > 4 and "\n" not in text:
            yield at(source, node, f"{text[:60]} is a path of one machine: write it into config/settings.toml")


@file_rule(
    "WF403", "Batch sizes come from the configuration", _production, words=("size", "SIZE", "fetchmany", "rows", "ROWS", "yield_per")
)
def sets_no_batch_size(source: Source) -> Iterator[Problem]:
    """How many rows fit into memory is known on the machine that runs it, and changed there without a deployment.

    Bad:
        for batch in db_helper.stream_query(QUERY, batch_size=5000):
            load(batch)
    Good:
        for batch in db_helper.stream_query(QUERY, batch_size=config["processing"]["batch_size"]):
            load(batch)

    Fix: `config["processing"]["batch_size"]`.
    """
    for name, call in source.calls:
        for word in call.keywords:
            if word.arg and _SIZES.fullmatch(word.arg) and _is_number(word.value):
                yield at(source, word.value, f'{word.arg} is set in the code: config["processing"]["batch_size"]')
        if name.endswith((".fetchmany", ".yield_per")) and call.args and _is_number(call.args[0]):
            yield at(source, call.args[0], f'{name.rpartition(".")[2]} has its size in the code: config["processing"]["batch_size"]')
    for statement in source.tree.body:
        value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
        if value is None or not _is_number(value):
            continue
        targets: list[ast.expr] = [statement.target] if isinstance(statement, ast.AnnAssign) else getattr(statement, "targets", [])
        if any(isinstance(each, ast.Name) and _SIZES.fullmatch(each.id) for each in targets):
            yield at(source, statement, 'a batch size is set in the code: config["processing"]["batch_size"]')


@file_rule("WF404", "Schedules stand in the flow", _production, words=("sched", "Sched", "cron", "CRON", "Trigger", "sleep(", " * *"))
def has_no_schedule(source: Source) -> Iterator[Problem]:
    """A script that waits for its hour by itself is invisible to Kestra: no history, no retry, no alert, and nobody knows that it runs.

    Bad:
        schedule.every().day.at("06:00").do(main)
    Good:
        if __name__ == "__main__":
            sys.exit(main())

    Fix: `schedule` in workflow.toml and the trigger in kestra_flow.yml; the script runs once and ends.
    """
    for name, call in source.calls:
        if name in _SCHEDULERS or name.rpartition(".")[2] in _SCHEDULERS:
            yield at(source, call, f"{name} is a schedule in the code: let the trigger in kestra_flow.yml start the script")
    for node in _values(source):
        if _CRON.fullmatch(str(node.value).strip()):
            yield at(source, node, f'"{node.value!s}" is a schedule in the code: it belongs into workflow.toml and kestra_flow.yml')
    for loop in source.all(ast.While):
        waits = [
            node for node in everything(loop) if isinstance(node, ast.Call) and dotted(node.func) in ("time.sleep", "sleep") and node.args
        ]
        for call in waits if isinstance(loop.test, ast.Constant) and loop.test.value else ():
            if _seconds(call.args[0]) >= 600:
                yield at(source, call, "waits for the next run in a loop: let the trigger in kestra_flow.yml start the script")


@file_rule("WF405", "The environment is read by load_config() only", _production, words=("environ", "getenv"))
def reads_no_environment(source: Source) -> Iterator[Problem]:
    """What is read past the configuration is documented nowhere, checked nowhere, and missing on the machine where it matters.

    Bad:
        endpoint = os.environ["ORDERS_URL"]
    Good:
        endpoint = db_helper.load_config()["api"]["endpoint"]

    Fix: give the setting a name in config/settings.toml; WORKFLOW_API__ENDPOINT in the environment still overrules it.
    """
    for node in source.all(ast.Attribute, ast.Name):
        name = dotted(node)
        if name in ("os.environ", "os.getenv", "os.environb") or isinstance(node, ast.Name) and node.id in ("environ", "getenv"):
            yield at(source, node, f"{name} reads past the configuration: use db_helper.load_config()")


@workflow_rule("WF407", "Every setting that a script reads is there", severity="warning", reads=(".py", "settings.toml"))
def reads_settings_that_exist(workflow: Workflow) -> Iterator[Problem]:
    """A setting that is misspelt stops the run when it is first read, which may be in the middle of the night.

    Fix: write the key into config/settings.toml, with the default that fits most machines; or mend its name.
    """
    config = workflow.repository.config
    for source in workflow.scripts if config else ():
        for node in source.all(ast.Subscript) if "onfig" in source.text or "ettings" in source.text else ():
            keys = _keys(node)
            if keys and (missing := _missing(config, keys)):
                hint = f', did you mean "{missing[1]}"?' if missing[1] else ": write it there"
                yield at(source, node, f"{missing[0]} is not in config/settings.toml{hint}")._replace(path=source.path)


def _is_no_endpoint(host: str, url: str) -> bool:
    """Whether an address is a name space, this machine, an example, or a page that people read."""
    if host in ("localhost", "127.0.0.1", "0.0.0.0", "github.com") or host.startswith(_NAMESPACES):  # noqa: S104 - nothing is bound
        return True
    if host.endswith((".example", ".test", ".invalid")) or not _HOST.fullmatch(host):
        return True
    return any(part in url for part in ("/docs/", "/wiki/", "/auth/"))


def _values(source: Source) -> list[ast.Constant]:
    """Text constants that are values: neither docstrings nor what is said in messages, help texts and logs."""
    return source.kept("values", lambda: _find_values(source))


def _find_values(source: Source) -> list[ast.Constant]:
    telling = [call for name, call in source.calls if name.rpartition(".")[2] in _MESSAGES]
    said = {id(part) for node in [*telling, *source.all(ast.Raise)] for part in everything(node)}
    return [node for node in source.strings if id(node) not in said]


_MESSAGES = {
    *("debug", "info", "warning", "error", "exception", "critical", "log", "print", "write"),
    *("add_argument", "ArgumentParser", "option", "argument"),
}


def _given(source: Source, *names: str) -> Iterator[tuple[str, ast.expr]]:
    """Keywords of calls with one of these names, and what they are given."""
    for _, call in source.calls:
        yield from ((word.arg, word.value) for word in call.keywords if word.arg in names)


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool) and node.value > 1


def _seconds(node: ast.expr) -> float:
    """A number of seconds that is written out, also as `60 * 60`; 0 where it is not."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return _seconds(node.left) * _seconds(node.right)
    return float(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, int | float) else 0.0


def _keys(node: ast.Subscript) -> list[str]:
    """The keys of `config["a"]["b"]`; empty for a part of a longer one, and for what is no configuration."""
    keys: list[str] = []
    place: Any = node
    while isinstance(place, ast.Subscript) and isinstance(place.slice, ast.Constant) and isinstance(place.slice.value, str):
        keys.insert(0, place.slice.value)
        place = place.value
    name = dotted(place.func) if isinstance(place, ast.Call) else dotted(place)
    is_config = name.endswith("load_config") if isinstance(place, ast.Call) else name.rpartition(".")[2] in ("config", "settings", "CONFIG")
    return keys if is_config and len(keys) > 1 and isinstance(node.ctx, ast.Load) else []


def _missing(config: dict[str, Any], keys: list[str]) -> tuple[str, str] | None:
    """The part of a setting's name that config/settings.toml lacks, and the nearest name that it has."""
    place: Any = config
    for depth, key in enumerate(keys):
        if not isinstance(place, dict):
            return None
        if key not in place:
            near = nearest(key, place)
            section = ".".join(keys[:depth])
            return f"[{section}] {key}" if section else f"[{key}]", near
        place = place[key]
    return None
