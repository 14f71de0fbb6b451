# ruff: noqa: E501, S105, SIM905, W293, B023 - tables, to be wrapped
"""Read names with values: assignments, keys, arguments, defaults, comparisons, options, tags, prose."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from workflow_template.standards.secrets.claims import Claim, by_role
from workflow_template.standards.secrets.lines import Kind, Line, Literal, literals
from workflow_template.standards.secrets.names import Role, marked, role, split, words
from workflow_template.standards.secrets.values import Grade, grade

_HIT = (
    r"pass|pw|psw|secret|token|key|auth|cred|login|kennw|contrase|contrasenh|senha|clave|mdp|has[lł]o|heslo|wachtw|geheim|bearer|jwt|cookie"
    r"|session|sas\b|pin\b|parola|adgangs|salasana|jelsz|l[öo]senord|schl[üu]|zugang|identifiant|[sş]ifre|cl[ée]\b|парол|ключ|密[码碼钥]|口令|パスワード|비밀번호|סיסמ|κωδικ|暗証"
)
_CLOSERS = r"""(?:\\?["'`\])}*_]|</?\w{1,8}>){0,6}"""
_TYPE = r""":\s{0,3}[A-Za-z_][\w.\[\], |?]{0,60}?\s{0,3}(?==[^=])|\s(?:string|String|n?varchar\d?(?:\(\w{1,4}\))?|text|n?char(?:\(\d+\))?|sysname)\s(?=\s{0,3}(?:=|default|:))"""
_OPERATOR = (
    r"(?P<op>===|!==|==|!=|<>|:=|\?=|=>|\+=|\|\|=|->|→|=|:(?!:)|,|\||</t[dh]>\s*<t[dh][^>]*>|>|\("
    r"|\s(?:is|was|lautet|ist|est|è|es|są|to|default|in|like|eq|ne|values?)\s|\s)"
)
_WRAPPERS = words("""secretstr secret quote quote_plus urlquote b64decode bytes str encode fromhex bytearray fernet field mark_safe stringvar
    secretbytes securestring string unquote urlsafe_b64decode decode dedent cast text n lit literal sensitive nonsensitive convertto-securestring
    tostring trim base64decode password plaintext password_type getbytes tochararray secretvalue constr parse charfield arrayof to_bytes asbytes b""")
_LOOKUPS = words("""getenv get pop setdefault getattr environ.get env config getordefault get_config option getproperty getenvironmentvariable
    get_env env_var environ getstring get_setting setting conf var variable lookup get_or_default property coalesce nvl isnull ifnull default
    add_argument argument add_option prompt getconfig get_param dig fetch ternary try add_parser hiera read_env""")
_VALUES = words("default value fallback default_value default_var initial initial_value defaultvalue default_factory const preset or_else")
_BARE_END = re.compile(r"[^\s\"'`<>;,&|)}\]]+")
_PROSE_END = re.compile(r"[^\s\"'`<>|]+")
_STRING_END = re.compile(r"\{[^{}\s]{3,60}\}(?=;|$|\"|')|[^\s\"'`<>;&,|)}\]{]+(?:\{[^{}]*\}[^\s\"'`<>;&,|)}\]{]*)*|\{[^{}]*\}")
_SHELL_WORD = re.compile(r"""(?:\$?"(?:[^"\\\n]|\\.)*"|\$?'[^'\n]*'|\$\([^)]*\)|\$\{[^}]*\}|[^\s"'`;&|<>()])+""")


@functools.cache
def _hit() -> re.Pattern[str]:
    return re.compile(_HIT)


@functools.cache
def _after() -> re.Pattern[str]:
    return re.compile(rf"{_CLOSERS}(?:{_TYPE})?\s{{0,12}}{_OPERATOR}\s{{0,40}}", re.I)


def read_pairs(line: Line) -> Iterator[Claim]:
    """Claim the values of all names in this line that speak of a secret."""
    done = -1
    for found in _hit().finditer(line.lower):
        if found.start() < done:
            continue
        start, end = _name_round(line.text, found.start(), found.end())
        done = end
        named = _role_at(line.text, start, end)
        if named is not None:
            yield from _value_of(line, start, end, named)


def _name_round(text: str, start: int, end: int) -> tuple[int, int]:
    """The whole name round a hit: letters, digits and what joins them."""
    first, last = max(0, start - 80), min(len(text), end + 80)
    while start > first and (text[start - 1].isalnum() or text[start - 1] in "_-.$@/"):
        start -= 1
    while end < last and (text[end].isalnum() or text[end] in "_-.$"):
        end += 1
    while end > start and text[end - 1] in ".-":
        end -= 1
    return start, end


def _role_at(text: str, start: int, end: int) -> Role | None:
    name = text[start:end]
    named = role(name.rsplit("/", 1)[-1])
    if named is None and split(name)[-1:] in (["key"], ["keys"], ["schlüssel"], ["key's"]):
        before = re.search(
            r"(?i)\b(api|access|secret|private|account|auth|encryption|signing|master|shared|license|storage)[ '’]$",
            text[max(0, start - 12) : start],
        )
        named = Role.TOKEN if before else None
    if named and text[max(0, start - 12) : start].lower().rstrip().endswith(
        ("no", "forgot", "reset", "wrong", "invalid", "forgotten", "missing")
    ):
        return None
    return named


def _value_of(line: Line, start: int, end: int, named: Role) -> Iterator[Claim]:
    found = _after().match(line.ahead, end)
    if not found:
        return
    op, at = found["op"].strip().lower(), found.end()
    name = line.text[start:end]
    if marked(name):
        return
    if op in ("", "in", "default", "values", "value") and "\n" in found[0]:
        return
    if op == ",":
        yield from _after_comma(line, start, end, at, named)
    elif op == "(":
        yield from _called(line, name, at, named)
    elif op == "":
        yield from _after_blank(line, start, end, at, named)
    elif op == ">":
        yield from _in_tag(line, start, at, named)
    elif op == "|" or op.startswith("</t"):
        yield from _in_cell(line, at, named)
    else:
        yield from _assigned(line, start, end, at, op, named)


def _assigned(line: Line, start: int, end: int, at: int, op: str, named: Role) -> Iterator[Claim]:
    """A value after `=`, `:`, `==` and their kin."""
    ahead = line.ahead
    prose = op.isalpha()
    if prose and not (line.is_prose(start) or line.in_quotes(start) or op in ("in", "default", "like", "eq", "ne")):
        return
    if _is_quoted(ahead, at) or (line.kind in (Kind.CODE, Kind.SQL) and not line.is_prose(start) and not line.in_quotes(start)):
        if line.in_quotes(start) and ahead[at : at + 1] in "\"'" and _closes(line, start, at):
            return
        yield from _from_expression(line, at, named, whole=True)
        yield from _integer(line, at, named)
        return
    yield from _bare(line, start, end, at, op, named)


def _closes(line: Line, start: int, at: int) -> bool:
    """Whether the quote at *at* only ends the text that the name stands in: `"PWD=" + password`."""
    return any(first < start < last and at == last - 1 and line.text[first] == line.text[at : at + 1] for first, last in line.quoted)


def _is_quoted(text: str, at: int) -> bool:
    return bool(re.compile(r"(?:[rRbBuUfFN$@]{1,2})?[\"'`]").match(text, at))


def _integer(line: Line, at: int, named: Role) -> Iterator[Claim]:
    found = re.compile(r"\d{4,12}(?=\s*(?:[,;)}\]#\n]|$))").match(line.ahead, at)
    if found and named in (Role.PASSWORD, Role.PIN):
        yield Claim(line.start + at, found[0], named.value, Grade.WORD)


def _from_expression(line: Line, at: int, named: Role, *, whole: bool = False) -> Iterator[Claim]:
    """The quoted texts of an expression that can become its value: parts, defaults, alternatives."""
    pieces: list[Literal] = []
    for literal in literals(line.ahead, at):
        if literal.is_key or not _can_be_value(literal):
            continue
        if pieces and _joined(line.ahead, pieces[-1], literal):
            pieces.append(literal)
            continue
        yield from _claim_pieces(line, pieces, named)
        pieces = [literal]
    yield from _claim_pieces(line, pieces, named)


def _joined(text: str, one: Literal, two: Literal) -> bool:
    between = text[one.start + len(one.value) + 1 : two.start - 1 - len(two.prefix)]
    return not between.strip("+\\\n\r \t.()\"'") and "." not in between.replace(" . ", "")


def _claim_pieces(line: Line, pieces: list[Literal], named: Role) -> Iterator[Claim]:
    if not pieces:
        return
    value = "".join(piece.value for piece in pieces)
    if any("f" in piece.prefix or "$" in piece.prefix for piece in pieces) and "{" in value:
        return
    if pieces[0].after.startswith("$") and line.kind is Kind.SHELL:
        return
    claim = by_role(line.start + pieces[0].start, value.strip(), named, weak=False)
    if _inner_default(value):
        claim = by_role(line.start + pieces[0].start + value.index("-") + 1, _inner_default(value), named)
    yield claim if _is_plain(pieces[0]) else claim._replace(asks=max(claim.asks, Grade.RANDOM))


def _inner_default(value: str) -> str:
    """The default in `${NAME:-default}` and its kin."""
    found = re.fullmatch(r"\$\{\w+:?[-=?]([^${}]+)\}", value)
    return found[1] if found else ""


def _is_plain(literal: Literal) -> bool:
    """Whether a text becomes the value as it is: a first argument of an unknown call is more likely a name to look up."""
    if literal.bracket != "(" or not literal.call:
        return True
    call = literal.call.lower().rsplit(".", 1)[-1]
    if literal.keyword:
        return literal.keyword.lower() in _VALUES or role(literal.keyword) is not None
    if call in _LOOKUPS or literal.call.lower().endswith("environ.get"):
        return literal.place > 0
    return call in _WRAPPERS or literal.call in ("if", "and", "or", "return", "in", "not")


def _can_be_value(literal: Literal) -> bool:
    return not literal.keyword or literal.keyword.lower() in _VALUES or literal.bracket != "(" or role(literal.keyword) is not None


def _bare(line: Line, start: int, end: int, at: int, op: str, named: Role) -> Iterator[Claim]:
    """A value without quotes: data files, commands, texts of connections, prose."""
    text = line.text
    if at >= len(text.rstrip()):
        yield from _on_next_line(line, named)
        return
    if line.in_quotes(start) and line.kind is not Kind.TEXT:
        found = _STRING_END.match(text, at)
        value = found[0] if found else ""
        if value.startswith("{") and not re.fullmatch(r"\{[A-Za-z_][\w.]*\}|\{\}|\{\d\}", value):
            value = value[1:-1]
            at += 1
        yield _in_connection(line, at, value, op, named)
    elif line.is_prose(start):
        yield from _in_prose(line, at, op, named)
    elif line.kind is Kind.SHELL:
        found = _SHELL_WORD.match(text, at)
        yield by_role(line.start + at, _unquoted(found[0]) if found else "", named, weak=True)
    elif line.kind is Kind.DATA:
        yield from _in_data(line, at, op, named)


def _in_connection(line: Line, at: int, value: str, op: str, named: Role) -> Claim:
    claim = by_role(line.start + at, value.strip(".,"), named)
    if op == "=" and named is Role.PASSWORD and ";" in line.text:
        return claim._replace(kind="password in a connection string", asks=Grade.WORD)
    return claim


def _in_prose(line: Line, at: int, op: str, named: Role) -> Iterator[Claim]:
    found = re.compile(r"[*`\"'(<]*").match(line.text, at)
    at = found.end() if found else at
    token = _PROSE_END.match(line.text, at)
    if not token:
        return
    value = token[0].rstrip("*.,;:)") if token[0][-1:] != "!" else token[0]
    value = value.split("`")[0]
    claim = by_role(line.start + at, value, named)
    if named is Role.LOGIN:
        claim = by_role(line.start + at, line.text[at:].split("  ")[0].strip().rstrip(".`*)"), named)
    yield claim


def _in_data(line: Line, at: int, op: str, named: Role) -> Iterator[Claim]:
    """A value of YAML, ini, env: up to the line's end or its comment; inside braces up to the comma."""
    text = line.text
    if (
        op == ":"
        and ("{" in text[:at] or (text.count("=", 0, at) and ";" in text[at:]))
        or (op == "=" and (";" in text[at:] or "&" in text[at:] or " -" in text[:at]))
    ):
        found = _STRING_END.match(text, at)
        yield by_role(line.start + at, found[0] if found else "", named, weak=True)
        return
    value = re.split(r"\s+[#;]|\s+//", text[at:], maxsplit=1)[0].strip().rstrip(",")
    if value in ("|", ">", "|-", ">-", "|+", ">+", "!!str", "!!binary |"):
        yield from _on_next_line(line, named)
        return
    if default := _inner_default(value):
        yield by_role(line.start + text.index(default, at), default, named, weak=True)
        return
    if value.startswith(("!", "&", "*")) and not value[1:2].isdigit() and re.match(r"[!&*]\w+(\s|$)", value):
        return
    yield by_role(line.start + at, value, named, weak=op == "=")


def _on_next_line(line: Line, named: Role) -> Iterator[Claim]:
    """A value that stands on the line below its name: a block of YAML, a long JSON value."""
    following = re.compile(r"\r?\n[ \t]+(?:-[ \t]+)?([^\s#][^\n]*)").match(line.ahead, len(line.text))
    if not following or line.kind is not Kind.DATA or re.match(r"[\w.-]+\s*:(\s|$)", following[1]):
        return
    value = following[1].strip()
    if value[:1] in "\"'":
        value = value[1:].rstrip(",").rstrip("\"'")
    yield by_role(line.start + following.start(1), value, named)


def _after_comma(line: Line, start: int, end: int, at: int, named: Role) -> Iterator[Claim]:
    """`("password", "…")`, `getenv("TOKEN", "…")`, `add_argument("--password", default="…")`, `compare_digest(token, "…")`."""
    quoted = start > 0 and line.ahead[end : end + 1] in ('"', "'") or line.text[start - 1 : start] in ('"', "'")
    before = line.text[:start]
    if not quoted and not re.search(r"(?i)(?:compare\w*|equals?\w*|strcmp|assert\w*|eq|cmp)\s*\(\s*(?:\w+\.)*$", before):
        return
    for literal in literals(line.ahead, at, 60):
        if literal.is_key:
            continue
        direct = not literal.bracket and not line.ahead[at : literal.start - 1].strip("rRbBuUfFN\"'")
        by_name = (
            not literal.bracket
            and (found := re.search(r"(\w+)\s*=\s*\w{0,2}[\"'`]{1,3}$", line.ahead[at : literal.start]))
            and found[1].lower() in _VALUES
        )
        if (direct and line.kind is not Kind.TEXT) or by_name:
            yield from _claim_pieces(line, [literal], named)
    yield from _keyword_defaults(line, at, named)


def _keyword_defaults(line: Line, at: int, named: Role) -> Iterator[Claim]:
    """Defaults further on in the same call; a help text or a prompt is none."""
    stretch = line.ahead[at : at + 500]
    depth = 0
    for found in re.finditer(
        r"""["'](?:[^"'\\\n]|\\.)*["']|[()]|\b(?:default(?:_value)?|fallback|value)\s*[=:]\s*[rbu]?["']([^"'\n]*)["']""", stretch
    ):
        depth += (found[0] == "(") - (found[0] == ")")
        if depth < 0 or "\n\n" in stretch[: found.start()]:
            return
        if found[1] is not None:
            yield by_role(line.start + at + found.start(1), found[1], named)


def _called(line: Line, name: str, at: int, named: Role) -> Iterator[Claim]:
    """`set_password("…")`, `.password("…")`, `with_token("…")`: the last text that is passed."""
    parts = split(name.rsplit(".", 1)[-1])
    if len(parts) > 1 and parts[0] not in (
        "set",
        "with",
        "change",
        "update",
        "use",
        "add",
        "make",
        "create",
        "check",
        "verify",
        "encode",
        "hash",
        "is",
    ):
        return
    passed = [literal for literal in literals(line.ahead, at, 40) if not literal.keyword and not literal.is_key and not literal.bracket]
    passed = passed or []
    for literal in passed[-1:]:
        if named is not Role.LOGIN:
            yield from _claim_pieces(line, [literal], named)


def _after_blank(line: Line, start: int, end: int, at: int, named: Role) -> Iterator[Claim]:
    """`--password X`, `PASSWORD 'X'`, `password X` of .netrc, `the password for sa is X`."""
    name, ahead = line.text[start:end], line.text
    if at >= len(ahead):
        return
    if name.startswith(("-", "/")) and not name.endswith(("-", "/")):
        found = _SHELL_WORD.match(ahead, at)
        value = _unquoted(found[0]) if found else ""
        if not value.startswith("-"):
            yield by_role(line.start + at, value, named, weak=True)
        return
    if _is_quoted(ahead, at) and (
        line.kind in (Kind.SQL, Kind.SHELL) or re.search(r"(?i)\b(user|role|login|alter|create|with|set|for|by)\b", ahead[:start])
    ):
        yield from _from_expression(line, at, named)
        return
    if _blank_is_value(line, start):
        found = _BARE_END.match(ahead, at)
        yield by_role(line.start + at, found[0] if found else "", named, weak=True)
        return
    yield from _told(line, start, at, named)


def _blank_is_value(line: Line, start: int) -> bool:
    """Whether a blank joins name and value here: .netrc, environment of images, redis.conf, `setx`."""
    before, low = line.lower[:start], line.lower
    if re.search(r"(?:^|\s)(?:machine|login)\s+\S+\s+(?:\S+\s+)*$", before) or re.search(
        r"(?:^|&&|\\n|\s)(?:env|setx|set|setenv|arg)\s+$", before
    ):
        return line.kind is not Kind.TEXT or "machine" in before
    if before.strip() or line.kind is not Kind.DATA:
        return False
    return (
        bool(re.search(r"(?m)^\s*(?:machine|login|default)\b", line.before[-200:]))
        or low.lstrip().startswith(("requirepass", "masterauth", "bindpw", "rootpw"))
        or line.path.rsplit("/", 1)[-1].lower() in (".netrc", "_netrc", "netrc")
    )


def _told(line: Line, start: int, at: int, named: Role) -> Iterator[Claim]:
    """Prose: `the password for the sa account is X`, `set the token to X`."""
    if named is Role.LOGIN or not (
        line.is_prose(start) or line.kind is Kind.DATA and line.text.lstrip().startswith("#") or line.in_quotes(start)
    ):
        return
    found = re.compile(
        r"(?:\(?[\w@.'’/-]+\)?,?\s+){0,7}?(?:is|was|lautet|ist|est|è|es|to|remains|stays|are|auf|still|jest|é|:|=)(?:\s+(?:still|now|set to|currently|always|just|the old|noch|jetzt))?:?\s+[`\"'*(]{0,3}(\S{4,80})"
    ).match(line.text, at)
    if not found:
        return
    value = re.split(r"[`\"']", found[1])[0].rstrip(".,;:)*") or found[1]
    claim = Claim(line.start + found.start(1), value, named.value, Grade.RANDOM if named is Role.TOKEN else Grade.CHOSEN)
    if claim.holds and (
        any(sign.isdigit() for sign in value) or (grade(value) is Grade.CHOSEN and any(sign in "!$%&?#@" for sign in value[1:]))
    ):
        yield claim


def _in_tag(line: Line, start: int, at: int, named: Role) -> Iterator[Claim]:
    """`<password>X</password>`."""
    if line.text[:start].rstrip()[-1:] not in ("<", ":", '"', "'"):
        return
    value = line.text[at:].split("<")[0].strip()
    yield by_role(line.start + at, value, named, weak=line.kind is not Kind.TEXT)


def _in_cell(line: Line, at: int, named: Role) -> Iterator[Claim]:
    """`| password | X |`."""
    cell = re.split(r"\||</t", line.text[at:])[0].strip()
    value = cell.strip("`*\"' ")
    if value and " " not in value:
        yield by_role(line.start + line.text.index(value, at), value, named)


def _unquoted(value: str) -> str:
    found = re.fullmatch(r"\$?([\"'])(.*)\1", value, re.S)
    if default := _inner_default(found[2] if found else value):
        return default
    return found[2] if found else value
