"""Text patterns of SQL (LIKE, GLOB, regular expressions): to test text with them, and to write text that fits."""

from __future__ import annotations

import re
from functools import cache

from sqlglot import exp

LOWER, UPPER, DIGITS = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
PATTERNS = (exp.Like, exp.ILike, exp.Glob, exp.SimilarTo, exp.RegexpLike, exp.RegexpILike)
_CLASSES = {
    **{"alpha": "A-Za-z", "digit": "0-9", "alnum": "A-Za-z0-9", "upper": "A-Z", "lower": "a-z"},
    **{"xdigit": "0-9A-Fa-f", "space": " "},
}
_ESCAPES = {"d": DIGITS, "w": LOWER + DIGITS, "s": " "}
_PIECE = re.compile(r"(\\.|\[\^?\]?[^\]]*\]|\((?:\?:)?[^()]*\)|.)(\{\d+(?:,\d*)?\}|[?*+])?", re.DOTALL)
_ANY_LENGTH = 4  # signs written where a pattern allows any number


@cache
def _compiled(pattern: str, flags: int) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern, flags | re.DOTALL)
    except re.error:
        return None


def regex_of(node: exp.Expression, dialect: str) -> re.Pattern[str] | None:
    """A pattern as a regular expression for `fullmatch`; None if it is no constant or Python cannot read it."""
    text = _constant(node)
    if text is None:
        return None
    folded = re.IGNORECASE if dialect in ("mysql", "mssql") or isinstance(node, (exp.ILike, exp.RegexpILike)) else 0
    if isinstance(node, exp.SimilarTo):
        return _compiled(f"(?:{_similar(text)})", 0)
    if isinstance(node, exp.Glob):
        return _compiled(_translated(text, "*", "?", True), 0)
    if isinstance(node, (exp.Like, exp.ILike)):
        return _compiled(_translated(text, "%", "_", dialect == "mssql"), re.IGNORECASE if dialect == "sqlite" else folded)
    return _compiled(_whole(text), folded)


def _constant(node: exp.Expression) -> str | None:
    constant = node.expression
    while isinstance(constant, (exp.Cast, exp.Paren)):
        constant = constant.this
    return str(constant.this) if isinstance(constant, exp.Literal) and constant.is_string else None


def _similar(pattern: str) -> str:
    """`SIMILAR TO` as a regular expression."""
    return pattern.replace("%", ".*").replace("_", ".")


def _translated(pattern: str, many: str, one: str, sets: bool) -> str:
    found = re.findall(r"\[\^?[^\]]+\]|." if sets else ".", pattern, re.DOTALL)
    return "".join({many: ".*", one: "."}.get(sign, sign if len(sign) > 1 else re.escape(sign)) for sign in found)


def _whole(pattern: str) -> str:
    start, stop = pattern.startswith("^"), pattern.endswith("$") and not pattern.endswith(r"\$")
    return f"{'' if start else '.*'}(?:{_unanchored(pattern)}){'' if stop else '.*'}"


def _unanchored(pattern: str) -> str:
    for name, signs in _CLASSES.items():
        pattern = pattern.replace(f"[:{name}:]", signs)
    return re.sub(r"(?<!\\)\$$", "", pattern.removeprefix("^"))


def alphabets_of(node: exp.Expression, dialect: str, length: int | None, shortest: int = 0) -> tuple[str, ...] | None:
    """What `spell` needs to write text that fits the pattern and the column, *shortest* signs at least; None where that is not known."""
    regex, text = regex_of(node, dialect), _constant(node)
    if regex is None or text is None:
        return None
    if isinstance(node, exp.Glob):
        found = _wildcards(text, "*", "?", True, length, shortest)
    elif isinstance(node, (exp.Like, exp.ILike)):
        found = _wildcards(text, "%", "_", dialect == "mssql", length, shortest)
    else:
        found = _from_regex(_similar(text) if isinstance(node, exp.SimilarTo) else _unanchored(text), shortest)
    if found is None or len(found) < shortest or (length is not None and len(found) > length):
        return None
    return tuple(found) if regex.fullmatch("".join(alphabet[0] for alphabet in found)) else None


def _wildcards(pattern: str, many: str, one: str, sets: bool, length: int | None, shortest: int = 0) -> list[str] | None:
    signs = re.findall(r"\[\^?[^\]]+\]|." if sets else ".", pattern, re.DOTALL)
    gaps = signs.count(many)
    room = (length - (len(signs) - gaps)) // gaps if gaps and length is not None else 6
    filler = LOWER if any(sign.islower() for sign in signs if len(sign) == 1) else UPPER + DIGITS
    found: list[str] = []
    for sign in signs:
        alphabet = filler if sign in (many, one) else _class(sign) if len(sign) > 1 else sign
        if alphabet is None:
            return None
        missing = max(shortest - len(signs) - 6 * gaps, 0) if sign == many else 0
        shortest -= missing
        found += [alphabet] * (max(0, min(6 + missing, room)) if sign == many else 1)
    return found


def _class(text: str) -> str | None:
    """The signs of `[A-Z0-9_]`; of `[^…]` the letters and digits that it leaves."""
    inner = text[1:-1]
    excluded, inner = inner.startswith("^"), inner.removeprefix("^")
    inner = re.sub(r"\\([dws])", lambda found: _ESCAPES[found[1]], inner)
    inner = re.sub(r"\\(.)", r"\1", inner)
    ranges = [(first, last or first) for first, last in re.findall(r"(.)(?:-(.))?", inner)]
    signs = "".join(chr(code) for first, last in ranges for code in range(ord(first), ord(last) + 1))
    if excluded:
        signs = "".join(sign for sign in UPPER + LOWER + DIGITS if sign.lower() not in signs.lower())
    return "".join(dict.fromkeys(signs)) or None


def _from_regex(pattern: str, shortest: int = 0) -> list[str] | None:
    found: list[str] = []
    open_end: tuple[int, list[str]] | None = None
    for piece, repeat in _PIECE.findall(pattern):
        alphabets = _piece(piece)
        if alphabets is None:
            return None
        found += alphabets * _times(repeat)
        open_end = (len(found), alphabets) if repeat in ("*", "+") or repeat.endswith(",}") else open_end
    if open_end and len(found) < shortest:
        place, alphabets = open_end
        found[place:place] = alphabets * -(-(shortest - len(found)) // len(alphabets))
    return found


def _piece(piece: str) -> list[str] | None:
    if piece.startswith("("):
        inner = piece[1:-1].removeprefix("?:")
        choices = inner.split("|")
        return ["".join(choices)] if all(len(choice) == 1 for choice in choices) else _from_regex(choices[0])
    if piece.startswith("["):
        alphabet = _class(piece)
        return [alphabet] if alphabet else None
    if piece.startswith("\\"):
        return [_ESCAPES.get(piece[1], piece[1])]
    return [LOWER] if piece == "." else None if piece in "|^$" else [piece]


def _times(repeat: str) -> int:
    if not repeat:
        return 1
    if bounds := re.fullmatch(r"\{(\d+)(,?)(\d*)\}", repeat):
        return int(bounds[3] or (int(bounds[1]) + _ANY_LENGTH if bounds[2] else bounds[1]))
    return {"?": 1, "*": 0, "+": _ANY_LENGTH}[repeat]
