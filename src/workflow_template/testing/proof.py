"""Proofs: what was found when a workflow's tests ran last, and exactly what that depended on.

One JSON file for each workflow. A file that is damaged, of another format or of another version counts as none.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workflow_template.core.host import Host
from workflow_template.testing import facts, places
from workflow_template.testing.facts import Facts

FORMAT = 2
_MANY = ("files ", "repository")  # what stands for many files
_HEAD = b'{"sha256":"' + b"0" * 64 + b'","proof":'


@dataclass(frozen=True)
class Basis:
    """Everything a result depends on. `files` and `besides` map to digests, `environment` to short texts and digests."""

    files: dict[str, str]
    besides: dict[str, str]
    environment: dict[str, str]

    @property
    def digest(self) -> str:
        """One digest for all of it."""
        return hashlib.sha256(json.dumps(vars(self), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Proof:
    """The last result of a workflow's tests; *holds* only where all passed and nothing changed while they ran."""

    workflow: str
    holds: bool
    at: str  # UTC, ISO 8601
    basis: Basis
    facts: Facts


def read(host: Host, name: str) -> Proof | None:
    """Read the last result of a workflow; None where there is none that can be trusted."""
    try:
        data = _file(host, name).read_bytes()
        body = data[len(_HEAD) :].removesuffix(b"}")
        if data[: len(_HEAD)] != _head(body):
            return None
        content: dict[str, Any] = json.loads(body)
        if content.pop("format") != FORMAT or content["workflow"] != name:
            return None
        return Proof(**{**content, "basis": Basis(**content["basis"]), "facts": facts.from_json(content["facts"])})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def keep(host: Host, proof: Proof) -> None:
    """Put a result in the place of the last one."""
    content = {"format": FORMAT, **vars(proof), "basis": vars(proof.basis), "facts": facts.to_json(proof.facts)}
    body = json.dumps(content, separators=(",", ":")).encode()
    places.write(_file(host, proof.workflow), _head(body) + body + b"}")


def difference(then: Basis, now: Basis) -> str:
    """Name what changed between two bases, shortly; empty when nothing did."""
    changed = _changed(then.files, now.files) or _changed(then.besides, now.besides)
    changed = [key for key in changed if not key.startswith(_MANY)] or changed
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        first = changed[0].partition(" ")[2] or changed[0]
        return f"{first} changed{more}"
    environment = _changed(then.environment, now.environment)
    if not environment:
        return ""
    values = then.environment.get(environment[0], ""), now.environment.get(environment[0], "")
    told = f": {values[0]} -> {values[1]}" if environment[0] in ("Python", "workflow-template") else ""
    return f"{environment[0]} changed{told}"


def _changed(then: dict[str, str], now: dict[str, str]) -> list[str]:
    return [] if then == now else sorted(key for key in then.keys() | now.keys() if then.get(key) != now.get(key))


def _file(host: Host, name: str) -> Path:
    return places.folder(host) / f"{name}.proof.json"


def _head(body: bytes) -> bytes:
    return _HEAD.replace(b"0" * 64, hashlib.sha256(body).hexdigest().encode())
