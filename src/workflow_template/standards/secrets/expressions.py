"""Claim the quoted texts of an expression that can become a name's value: parts, defaults, alternatives."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_template.standards.secrets.claims import NOTHING_ELSE, Claim, by_role, direct
from workflow_template.standards.secrets.kinds import Kind
from workflow_template.standards.secrets.lines import Line
from workflow_template.standards.secrets.literals import Literal, literals
from workflow_template.standards.secrets.names import Role, role
from workflow_template.standards.secrets.patterns import Lazy, words
from workflow_template.standards.secrets.values import Grade

_WRAPPERS = words("""secretstr secret quote quote_plus urlquote b64decode bytes str fromhex bytearray fernet field mark_safe stringvar
    secretbytes securestring string unquote urlsafe_b64decode dedent cast text n lit literal sensitive nonsensitive tostring trim
    base64decode password plaintext getbytes tochararray secretvalue constr parse charfield to_bytes as_bytes b convertto-securestring
    md5 sha1 sha2""")
_LOOKUPS = words("""getenv get pop setdefault getattr env config getordefault get_config option getproperty getenvironmentvariable
    get_env env_var environ getstring get_setting setting conf var variable lookup get_or_default property coalesce nvl isnull ifnull
    default add_argument argument add_option prompt getconfig get_param dig fetch ternary hiera read_env""")
VALUES = words("default value fallback default_value default_var initial initial_value defaultvalue const preset")
_NEXT_ATTRIBUTE = Lazy(r"[\"']\s{1,9}[\w:.-]{1,60}\s?=\s?")
_DEFAULT_FIRST = words("option argument param default")
_STATEMENTS = words("if and or return in not else elif assert while case when print is")
_WHERE = Lazy(r"(?i)\b(?:where|from)\b")
_DEFAULT = Lazy(r"\$\{\w+:?[-=]([^${}]+)\}")
_ITS_DEFAULT = Lazy(
    r"""["'](?:[^"'\\\n]|\\.)*["']|[()]|\b(?:default(?:_value)?|fallback|value)\s*[=:]\s*[rbu]?["'](?P<value>[^"'\n]*)["']"""
)


def inner_default(value: str) -> str:
    """The default in `${NAME:-default}` and its kin."""
    found = _DEFAULT().fullmatch(value) if value.startswith("$") else None
    return found[1] if found else ""


def from_expression(
    line: Line, at: int, named: Role, *, plain: bool = False, labels: bool = True, certain: bool = False
) -> Iterator[Claim]:
    """Claim each text of the expression at *at*; texts that are joined make one value."""
    pieces: list[Literal] = []
    for literal in literals(line.ahead, at):
        if line.kind is Kind.SQL and _WHERE().search(line.ahead, at, literal.start):
            break
        if literal.is_key or not _can_be_value(literal):
            continue
        if pieces and not literal.bracket and _is_next_attribute(line.ahead, pieces[-1], literal):
            break
        if pieces and not _joined(line.ahead, pieces[-1], literal):
            yield from claim_pieces(line, pieces, named, plain=plain, labels=labels, certain=certain)
            pieces = []
        pieces.append(literal)
    if pieces:
        yield from claim_pieces(line, pieces, named, plain=plain, labels=labels, certain=certain)


def claim_pieces(
    line: Line, pieces: list[Literal], named: Role, *, plain: bool = False, labels: bool = True, certain: bool = False
) -> Iterator[Claim]:
    first, value = pieces[0], "".join(piece.value for piece in pieces)
    if "{" in value and any("f" in piece.prefix or "$" in piece.prefix for piece in pieces):
        return
    start = line.start + first.start
    if default := inner_default(value):
        start, value = start + value.index(default), default
    asks = Grade.CHOSEN
    if line.kind is Kind.SQL or (certain and _is_given(first)):
        asks = NOTHING_ELSE
    elif plain and _is_given(first):
        asks = direct(value, labels=labels)
    claim = by_role(start, value.strip(), named, asks)
    if line.kind is Kind.SQL and named is Role.SECRET:
        claim = claim._replace(asks=Grade.WORD)
    yield claim if _is_plain(first) else claim._replace(asks=max(claim.asks, Grade.RANDOM))


def _joined(text: str, one: Literal, two: Literal) -> bool:
    between = text[one.start + len(one.value) + 1 : two.before]
    return not between.strip("+\\\n\r \t.()\"'&")


def _is_next_attribute(text: str, one: Literal, two: Literal) -> bool:
    """Whether another name is given the second text: `password="…" url="…"`."""
    end = one.start + len(one.value)
    return two.before - end < 80 and bool(_NEXT_ATTRIBUTE().fullmatch(text, end, two.before))


def _is_plain(literal: Literal) -> bool:
    """Whether a text becomes the value as it is: the first argument of an unknown call is more likely a name to look up."""
    if literal.bracket != "(" or not literal.call:
        return True
    if literal.keyword:
        return literal.keyword.lower() in VALUES or role(literal.keyword) is not None
    call = literal.call.lower().rpartition(".")[2]
    if call in _LOOKUPS:
        return literal.place > 0 or (call in _DEFAULT_FIRST and not literal.value.startswith("-"))
    return call in _WRAPPERS or call in _STATEMENTS


def _is_given(literal: Literal) -> bool:
    """Whether nothing but a value can stand here: alone, as a default, wrapped."""
    call = literal.call.lower().rpartition(".")[2]
    if literal.bracket == "{" and literal.place == 0 and not literal.call:  # the first value of a map of passwords
        return True
    return not literal.bracket or literal.keyword.lower() in VALUES or (literal.bracket == "(" and (call in _LOOKUPS or call in _WRAPPERS))


def _can_be_value(literal: Literal) -> bool:
    return not literal.keyword or literal.bracket != "(" or literal.keyword.lower() in VALUES or role(literal.keyword) is not None


def from_defaults(line: Line, at: int, named: Role) -> Iterator[Claim]:
    """Defaults further on in the same call; a help text or a prompt is none."""
    stretch, depth = line.ahead[at : at + 500].split("\n\n")[0], 0
    for found in _ITS_DEFAULT().finditer(stretch):
        depth += (found[0] == "(") - (found[0] == ")")
        if depth < 0:
            return
        if found["value"]:
            yield by_role(line.start + at + found.start("value"), found["value"], named, direct(found["value"], labels=False))
