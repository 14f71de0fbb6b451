"""The configuration of all workflows, where each value came from, and which of them are secrets.

Five places, each over the one before:

1. `config/settings.toml`
2. its section `[environments.NAME]`, where the variable WORKFLOW_ENVIRONMENT is NAME
3. variables: WORKFLOW_API__ENDPOINT sets `[api] endpoint`
4. `config/secrets.toml`, which git ignores
5. its section `[environments.NAME]`

`python utils/db_config.py` prints what is in force and where it came from. Needs the standard library only.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import tomllib
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus, unquote

CONFIG_FOLDER = Path(__file__).resolve().parent.parent / "config"
PREFIX = "WORKFLOW_"
MASK = "***"

_PASSWORD = r"(?:pwd|passw(?:or[dt]|d)|passphrase)"  # noqa: S105 - a pattern
_TOKEN = r"(?:secret|token|credential|(?:api|access|private|account)_?key)"  # noqa: S105 - a pattern
_SECRET_KEY = re.compile(f"{_PASSWORD}|{_TOKEN}", re.IGNORECASE)
_ADDRESS_KEY = re.compile(r"(user(name)?|host|server|port|database|driver|authentication|e?mail|url)$", re.IGNORECASE)
# Where nothing but a secret stands, of whatever length: in an address, an ODBC string or the words of a call, in a mapping or JSON.
_IN_URL = re.compile(r"(?<=://)([^:/@\s]*):([^/\s]{1,4096}|[^@\s]{1,4096})(?=@)")
_IN_ODBC = re.compile(
    rf"(?i)((?:\b\w{{0,20}}?|(?<=%3B)){_PASSWORD}\s*(?:=|%3D)\s*|(?<=[?&;])\w{{0,20}}{_TOKEN}=)"
    r"(\{(?:[^}]|\}\})*\}|'[^']*'|\"[^\"]*\"|(?:[^;'\"\s&%]|%(?!3B|26))+)"
)
_IN_MAPPING = re.compile(rf"(?i)([\"']\w{{0,20}}?(?:{_PASSWORD}|{_TOKEN})[\"']\s*:\s*)([\"'])(?:\\.|(?!\2)[^\\])*\2")
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class ConfigError(KeyError):
    """A setting is missing or has the wrong form; the message names the file and the key to write."""

    def __str__(self) -> str:
        return str(self.args[0])


class Section(dict[str, Any]):
    """A part of the configuration. It says where a missing key belongs, and shows no secret when it is printed."""

    def __init__(self, name: str, content: Mapping[str, Any], secret: Collection[tuple[str, ...]] = ()) -> None:
        super().__init__()
        self.name = name
        self._secret = {path[0] for path in secret if len(path) == 1}
        for key, value in content.items():
            below = [path[1:] for path in secret if path[0] == key and len(path) > 1]
            self[key] = Section(f"{name}.{key}".strip("."), value, below) if isinstance(value, dict) else value

    def __missing__(self, key: str) -> Any:
        where = f"[{self.name}] {key}" if self.name else f"[{key}]"
        variable = PREFIX + f"{self.name}.{key}".strip(".").replace(".", "__").upper()
        raise ConfigError(f"{where} is not set: write it into config/settings.toml (secrets: config/secrets.toml, or {variable})")

    def __repr__(self) -> str:
        return mask(repr({key: MASK if key in self._secret else value for key, value in self.items()}))


class Setting(NamedTuple):
    """One value in force and the place it came from."""

    value: Any
    source: str
    secret: bool


def load_config() -> Section:
    """Read the configuration, as sections of sections: `load_config()["api"]["endpoint"]`.

    A variable takes the type of the value it replaces; a list is written with commas.

    Raises:
        ConfigError: a file is not TOML, the environment is not known, or a variable has the wrong form.
    """
    nested: dict[str, Any] = {}
    settings = _settings()
    for path, setting in settings.items():
        place = nested
        for name in path[:-1]:
            place = place.setdefault(name, {})
        place[path[-1]] = setting.value
    return Section("", nested, [path for path, setting in settings.items() if setting.secret])


def explain_config() -> str:
    """Show every value in force and the place it came from, a line each; secrets are masked."""
    rows = [(_name(path), _shown(setting), setting.source) for path, setting in sorted(_settings().items()) if setting.value != {}]
    name, value = (max((len(row[at]) for row in rows), default=0) for at in (0, 1))
    return "\n".join(f"{row[0]:{name}}  {row[1]:{value}}  {row[2]}" for row in rows)


def workflow_name() -> str:
    """What runs: WORKFLOW_NAME, or the folder of the script below dev/ or scripts/, or the name of the script."""
    script = Path(sys.argv[0] if sys.argv else "")
    parts = script.absolute().parts
    place = next((at for at, part in enumerate(parts[:-2]) if part in ("dev", "scripts")), None)
    return os.environ.get(f"{PREFIX}NAME") or (parts[place + 1] if place is not None else script.stem)


def mask(text: str) -> str:
    """Take the known secrets, and whatever stands where a password stands, out of a text."""
    if _secrets:
        text = _known.sub(MASK, text)
    if "@" in text:
        text = _IN_URL.sub(rf"\1:{MASK}", text)
    if "=" in text or "%3" in text:
        text = _IN_ODBC.sub(rf"\1{MASK}", text)
    return _IN_MAPPING.sub(rf"\1\2{MASK}\2", text) if ":" in text else text


def remember_secret(value: object) -> None:
    """Keep *value* out of every log record and last traceback of this process from now on, and out of what `mask` returns.

    One of less than four characters only where it surely stands, as in an address: elsewhere it is a part of ordinary words.
    """
    global _known
    text = str(value)
    if not text or text in _secrets:
        return
    _mask_output()
    if len(text) >= 4:
        _secrets.add(text)
        forms = {form for secret in _secrets for form in _forms(secret)}
        _known = re.compile("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)))


@cache
def _mask_output() -> None:
    logging.setLogRecordFactory(_masking(logging.getLogRecordFactory()))
    sys.excepthook = _masking_hook(sys.excepthook, lambda kind, error, trace: error)
    threading.excepthook = _masking_hook(threading.excepthook, lambda given: given.exc_value)


_secrets: set[str] = set()
_known = re.compile("")


def _forms(secret: str) -> set[str]:
    """A secret as it is, in an address, in an ODBC string, in Python and in JSON."""
    return {secret, quote(secret, safe=""), quote_plus(secret), secret.replace("}", "}}"), repr(secret)[1:-1], json.dumps(secret)[1:-1]}


def _masking_hook(show: Callable[..., None], error_of: Callable[..., BaseException | None]) -> Callable[..., None]:
    """What shows an error that nobody caught; one with a secret in it is shown without."""

    def show_masked(*given: Any) -> None:
        error = error_of(*given)
        text = "".join(traceback.format_exception(error)) if error else ""
        if (masked := mask(text)) == text:
            show(*given)
        elif sys.stderr:
            sys.stderr.write(masked)

    return show_masked


def _masking(make: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    def make_masked(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        try:
            text = record.getMessage()
        except (TypeError, ValueError):  # arguments that do not fit the message: logging itself tells that
            return record
        if (masked := mask(text)) != text:
            record.msg, record.args = masked, None
        if record.exc_info and record.exc_info[1]:
            text = "".join(traceback.format_exception(*record.exc_info)).rstrip()
            record.exc_text = masked if (masked := mask(text)) != text else None
        return record

    return make_masked


def _settings() -> dict[tuple[str, ...], Setting]:
    """All values in force by their path."""
    found: dict[tuple[str, ...], Setting] = {}
    files, environment = {name: _read(name) for name in ("settings.toml", "secrets.toml")}, os.environ.get(f"{PREFIX}ENVIRONMENT", "")
    known = sorted({each for content in files.values() for each in content.get("environments", {})})
    if environment and environment not in known:
        choice = ", ".join(known) or "none"
        raise ConfigError(f'{PREFIX}ENVIRONMENT is "{environment}", and [environments] of config/settings.toml has: {choice}')
    _add_file(found, "settings.toml", files["settings.toml"], environment)
    for variable, value in sorted(os.environ.items()):
        if variable.startswith(PREFIX) and "__" in variable:
            path = _spelled(tuple(variable.removeprefix(PREFIX).lower().split("__")), found)
            _add(found, path, _typed(variable, value, found.get(path)), variable)
    _add_file(found, "secrets.toml", files["secrets.toml"], environment)
    return found


def _spelled(path: tuple[str, ...], found: Mapping[tuple[str, ...], Setting]) -> tuple[str, ...]:
    """The path of a variable, which has no capitals of its own, in those of the key or the section that is there."""
    for length in range(len(path), 0, -1):
        for known in found:
            if tuple(map(str.lower, known[:length])) == path[:length]:
                return known[:length] + path[length:]
    return path


def _read(name: str) -> dict[str, Any]:
    path = CONFIG_FOLDER / name
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from None


def _add_file(found: dict[tuple[str, ...], Setting], name: str, content: dict[str, Any], environment: str) -> None:
    common = {key: value for key, value in content.items() if key != "environments"}
    own = content.get("environments", {}).get(environment, {})
    for source, part in ((f"config/{name}", common), (f"config/{name} [environments.{environment}]", own)):
        for path, value in _leaves(part):
            _add(found, path, value, source)


def _leaves(content: Mapping[str, Any], *above: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in content.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, *above, key)
        else:
            yield (*above, key), value


def _add(found: dict[tuple[str, ...], Setting], path: tuple[str, ...], value: Any, source: str) -> None:
    for length in range(1, len(path)):
        if path[:length] in found and found.pop(path[:length]).value != {}:
            raise ConfigError(f"{source}: {_name(path[:length])} is a value, so that {_name(path)} cannot be set")
    if any(other[: len(path)] == path and len(other) > len(path) for other in found):
        if value == {}:
            return
        raise ConfigError(f"{source}: [{'.'.join(path)}] is a section, so that it cannot be a value")
    secret = bool(_SECRET_KEY.search(path[-1])) or (source.startswith("config/secrets") and not _ADDRESS_KEY.search(path[-1]))
    found[path] = Setting(value, source, secret)
    if secret and not isinstance(value, (bool, dict)):
        remember_secret(value)
    elif isinstance(value, str) and (password := _IN_URL.search(value)):
        remember_secret(unquote(password[2]))


def _typed(variable: str, text: str, before: Setting | None) -> Any:
    """The text of a variable in the type of the value that it replaces."""
    kind: type = type(before.value) if before else str
    try:
        if kind is bool:
            return _TRUTH[text.lower()]
        if kind is list:
            return [each.strip() for each in text.split(",")]
        return kind(text) if kind in (int, float) else text
    except (KeyError, ValueError):
        form = {bool: "true or false", int: "a whole number", float: "a number"}[kind]
        shown = MASK if _SECRET_KEY.search(variable) else mask(text)
        raise ConfigError(f'{variable} must be {form}, not "{shown}"') from None


def _name(path: tuple[str, ...]) -> str:
    return f"[{'.'.join(path[:-1])}] {path[-1]}" if len(path) > 1 else path[0]


def _shown(setting: Setting) -> str:
    return MASK if setting.secret else mask(json.dumps(setting.value, default=str, ensure_ascii=False))


if __name__ == "__main__":
    sys.stdout.write(explain_config() + "\n")
