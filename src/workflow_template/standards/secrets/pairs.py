"""Read names with values: assignments, keys, arguments, defaults, comparisons, options, tags, prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow_template.standards.secrets.bare import PAUSES, read_bare, shell_word, told, told_before, told_login, told_random
from workflow_template.standards.secrets.claims import NOTHING_ELSE, Claim, by_role, direct
from workflow_template.standards.secrets.expressions import VALUES, claim_pieces, from_defaults, from_expression
from workflow_template.standards.secrets.kinds import Kind
from workflow_template.standards.secrets.lines import CLAVE, Line, Name
from workflow_template.standards.secrets.literals import literals
from workflow_template.standards.secrets.names import Role, marked, role, split
from workflow_template.standards.secrets.patterns import Lazy, words
from workflow_template.standards.secrets.values import Grade, decoded, is_striking

_CLOSERS = r"""(?:[\\ ]?["'`\])}*_]|</?\w{1,8}>){0,6}"""
_TYPE = (
    r""":\s{0,3}[A-Za-z_][\w.\[\], |?]{0,60}?\s{0,3}(?==[^=\n])"""
    r"""|\s(?:string|String|n?varchar\d?(?:\(\w{1,4}\))?|text|n?char(?:\(\d+\))?|sysname)\s(?=\s{0,3}(?:=|default|:))"""
)
_OPERATOR = (
    r"(?P<op>===|!==|==|!=|<>|：|＝|:=|\?=|=>|\+=|\|\|=|->|→|=|:(?!:)|,|\||</t[dh]>\s*<t[dh][^>]*>|>|\("
    r"|<?<-|\s(?:is|was|lautet|ist|est|è|es|są|to|default|in|like|-?(?:c?eq|ne)|values?|-|–|—)\s|\s)"
)
_AFTER = Lazy(rf"(?i){_CLOSERS}(?:{_TYPE})?\s{{0,40}}{_OPERATOR}\s{{0,40}}")
_ITS_DEFAULT = Lazy(r":?[-=]([^${}\n]+)\}")
_QUOTE = Lazy(r"(?:[rRbBuUfFN$@]{1,2})?[\"'`]")
_NUMBER = Lazy(r"\d{4,12}(?=\s*(?:[,;)}\]#\n]|$))")
_COMPARES = Lazy(r"(?i)(?:compare\w*|equals?\w*|strcmp|assert\w*|eq|cmp)\s*\(\s*(?:\w+\.)*$")
_TAKES_DEFAULT = Lazy(
    r"(?i)(?:getenv|environ\.get|define|setdefault|option|argument|setproperty|set|put|setenv|putenv|widgets\.text|setattr|getproperty|getordefault|\bget|pop"
    r"|fallback|default)\s{0,3}\(\s{0,9}(?:[\w.]{1,40},\s?|[\"'][\w.-]{1,40}[\"'],\s?)?[\"']-{0,2}$"
)
_OR_ELSE = Lazy(
    r"[\"']?(?:\s{0,3},\s{0,3}(?:None|null|\"\"|''))?[)\]}]{0,3}\s{0,3}(?:\bor\b|\|\||\?\?|\?:|//)\s{0,3}[rbu]?(?P<quote>[\"'`])(?P<value>[^\"'`\n]{3,80})(?P=quote)"
)
_YODA = Lazy(r"(?P<quote>[\"'])(?P<value>[^\"'\n]{3,80})(?P=quote)\s*(?:==|!=|===|\.equals\()\s*(?:[\w.]{1,60}[(\[]\s?[\"'])?$")
_DEFAULT_BEFORE = Lazy(
    r"(?i)(?:option|argument)\(\s*(?P<quote>[\"'])(?P<value>[^\"'\n-][^\"'\n]{3,80})(?P=quote)\s*,\s*(?:[\"']-\w[\"'],\s*)?[\"']$"
)
_IN_A_TEMPLATE = Lazy(r"\{\{-?\s{0,3}\w(?:(?!\}\}).){0,190}[\"']\Z")
_IN_FRONT_OF_A_COMMAND = Lazy(r"[A-Z][A-Z0-9_]{3,}=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s\"']+)\s+[\w./\"$-]+\s[^\n]*(?:\s-|[$/.>|\"'])")
_IN_A_LONG_NAME = Lazy(r"[\w-]:\Z")
_ASKED = Lazy(r"(?:[^\"'\n=]{0,20}[\"']\)\s{0,3}[=!]=|=[\"']\s{0,3}\+)\s{0,3}(?P<quote>[\"'])(?P<value>[^\"'\n;]{4,60})(?P=quote)")
_KEYWORD = Lazy(r"(\w+)\s*=\s*\w{0,2}[\"'`]{1,3}$")
_SQL_BEFORE = Lazy(r"(?i)\b(?:user|role|login|alter|create|with|set|for|by)\b")
_NETRC_BEFORE = Lazy(r"(?:^|\s)(?:machine|login)\s+\S+\s+(?:\S+\s+)*$")
_CONFIGURED_BEFORE = Lazy(r"\bconfig\s{1,9}(?:set|add)\s{1,9}\S{0,80}$")
_SETTING_BEFORE = Lazy(r"(?:^|&&|\\n|[;|&(\"'-]|\b(?:run|sudo|then|do|call))\s*(?:env|setx|set(?:\s-\w+)*|setenv|arg|user|option)\s+$")
_NAME_AND_VALUE = Lazy(r"[ \t]*[\w.-]{3,100}[ \t]+\S{4,200}\s*")
_NETRC_ABOVE = Lazy(r"(?m)^\s*(?:machine|login|default)\b")
_RULES_AFTER = Lazy(r"(?i)(?:polic(?:y|ies)|expir\w*|history|lock\w*|reuse|require|verif\w+)\b")
_SENTENCE_AFTER = Lazy(
    r"(?i)(?:must|may|should|shall|can(?:not)?|could|is|are|was|and|or|option|argument|flag|parameter|needs?|required?|requires|before|after"
    r"|given|missing|if|when|instead|in|on|to|for|from|with|not|has|have|darf|muss|kann|oder|und|wird|fehlt|nicht|debe|deve|doit)\b(?!['\"])"
)
_CLOSES_A_LOOKUP = frozenset("])")
_SETTERS = words("set with change update use add make create check verify encode hash is enter")
_WORDS_AS_OPERATORS = words("in default like eq ne -eq -ne -ceq value values")
_SETS = words("= : ： ＝ := => == != === <- <<- -eq -ne -ceq")
_COMPARED = words("== != === !==")
_SENT = Lazy(r"(?i)(?:req|request|args|query|params?|headers?|form|_get|_post|body)\b[^\n]{0,30}\Z")
_ROW_OF_TWO = Lazy(r"\|[^|]{1,40}\|\s{0,40}(?=[^\s|]{6})[^\s|]{1,60}\s{0,40}\|")
_TARGETS_BEFORE = Lazy(r"\s{0,60}(?:[\w.]{1,60}\s?,\s?){1,8}")
_DECODED = Lazy(r"(?:base64\.)?b64decode\(\s?b?[\"'](?P<value>[A-Za-z0-9+/]{8,200}={0,2})[\"']")
_TYPED = Lazy(r"(?i)\.(?:send_?keys|fill|type|set_?value)\(\s{0,3}(?P<quote>[\"'])(?P<value>[^\"'\n]{4,80})(?P=quote)\s?\)")
_FILLS = Lazy(r"(?i)\.(?:fill|type|set_?value)\(\s?[\"'][^\"'\n]{0,60}[\"']\s?,\s?(?P<quote>[\"'])(?P<value>[^\"'\n]{4,80})(?P=quote)\s?\)")
_IN_A_SHELL = Lazy(r"\s*(?:%env|%set_env|!\s?export|export(?=\s+[A-Z_0-9]+=))\s")
_NAMED_BEFORE = Lazy(
    r"(?i)[{,]\s{0,3}[\"']?(?:user|name|login|username)[\"']?\s{0,3}[:=]\s{0,3}[\"'][^\"'\n]{1,40}[\"']\s{0,3},\s{0,3}[\"']?$"
)
_IS_SENT = Lazy(r"\s{0,20}(?i:pass)\s{1,3}\S{4,80}\s{0,9}")
_LOGS_IN_ABOVE = Lazy(r"(?im)^\s{0,20}(?:quote\s)?(?:open|user)\s{1,3}[\w.@-]{1,80}\s{0,9}$")
_SAID = Lazy(
    r"(?i)\b(?:login|log_in|signin|access|unlock|door|entry|secret|magic|master|admin)_?(?:code|words?|phrase|sentence)[)\]\"'.a-z()]{0,12}"
    r"\s{0,3}[!=]==?\s{0,3}(?P<quote>[\"'])(?P<value>[^\"'\n]{6,60})(?P=quote)"
)
_DASHES = words("- – —")
_OPTIONS = words(
    "password pass passwd pwd pw passphrase passcode token apikey secret secretkey accesskey credential storepass keypass kennwort"
)
_VERBS = words("pass clave")
_SETTINGS = ("requirepass", "masterauth", "bindpw", "rootpw")


def read_pairs(line: Line) -> Iterator[Claim]:
    """Claim the values of all names in this line that speak of a secret."""
    for name in line.names:
        if not marked(name.text) and (line.kind is not Kind.CODE or _has_a_value(name.last) or _is_key(line, name)):
            yield from _value_of(line, name)
            yield from _compared_before(line, name)
            yield from _default_before(line, name)
            yield from _asked_or_joined(line, name)
            yield from told_before(line, name.start, name.role)
            yield from _typed(line, name)
            if name.role is Role.LOGIN:
                yield from told_login(line, name.start, name.end)
    yield from _phrase_asked_for(line)


def _phrase_asked_for(line: Line) -> Iterator[Claim]:
    """`if login_code == "…"`: what somebody must say to come in."""
    for found in _SAID().finditer(line.text) if line.kind is Kind.CODE and "=" in line.text else ():
        if " " in found["value"] or is_striking(found["value"]):
            yield Claim(line.start + found.start("value"), found["value"], "password", NOTHING_ELSE)


def _has_a_value(last: str) -> bool:
    """Whether the last part of a dotted name can be given a secret: not that of `password.encode(…)`."""
    return role(last) is not None or last.lower() in VALUES or last in ("text", "key")


def _value_of(line: Line, name: Name) -> Iterator[Claim]:
    """Claim what stands behind a name, by the sign or word between them."""
    if line.text[max(0, name.start - 2) : name.start].endswith("${") or name.text.startswith("${"):
        yield from _default_of_variable(line, name)
        return
    found = _AFTER().match(line.ahead, name.end)
    if not found or _gives_nothing(line, name, found):
        return
    op, at = found["op"].strip().lower(), found.end()
    if op == "=" and line.file.name.endswith(".ipynb") and line.is_beside_a_user(name.start) and "(" not in line.text:
        yield from _in_output(line, name, at)
    elif op == "=" and (targets := _TARGETS_BEFORE().match(line.text, 0, name.start)) and targets.end() == name.start:
        yield from _unpacked(line, name, at, targets[0].count(","))
    elif (op == "" or op.isalpha()) and _is_a_verb(line, name):
        yield from _sent(line, name, at) if op == "" else ()
    else:
        yield from _by_operator(line, name, at, op)


def _gives_nothing(line: Line, name: Name, found: re.Match[str]) -> bool:
    """Whether what follows a name is no value of it: a mark of a list, a template, the columns of an INSERT, a next line."""
    op = found["op"].strip().lower()
    if name.text[0] == "-" and op == ":" and line.kind is Kind.CODE:
        return True
    if line.kind is Kind.DATA and _IN_A_TEMPLATE().search(line.text, max(0, name.start - 200), name.start):
        return True
    if op in ("value", "values") and ")" in found[0]:
        return True
    return "\n" in found[0] and (op in ("", ":") or op in _WORDS_AS_OPERATORS) and not (op == ":" and _is_key(line, name))


def _is_a_verb(line: Line, name: Name) -> bool:
    """Whether `pass` and `clave` are no password here, as they are beside a user."""
    if name.last.lower() not in _VERBS or CLAVE().match(line.text, name.start):
        return False
    is_paused = name.last.lower() == "clave" or PAUSES().search(line.text, 0, name.start) is not None
    return not (is_paused and line.is_beside_a_user(name.start))


def _by_operator(line: Line, name: Name, at: int, op: str) -> Iterator[Claim]:
    if op in _DASHES:
        yield from read_bare(line, name.start, at, op, name.role) if line.is_prose(name.start) else ()
    elif op == ",":
        yield from _after_comma(line, name, at)
    elif op == "(" and line.is_prose(name.start):
        yield from told(line, name.start, name.end, name.role)
    elif op == "(":
        yield from _called(line, name, at)
    elif op == "":
        yield from _after_blank(line, name, at)
    elif op == ">":
        yield from _in_tag(line, name, at)
    elif op == "|" or op.startswith("</t"):
        is_or = op == "|" and line.kind is Kind.CODE and not line.is_prose(name.start)
        yield from _in_cell(line, name, at) if not is_or else ()
    else:
        yield from _assigned(line, name, at, op)


def _sent(line: Line, name: Name, at: int) -> Iterator[Claim]:
    """`pass X` in a script of FTP, below `user` or `open`; in prose `clave compartida X`."""
    if line.kind in (Kind.TEXT, Kind.DATA) and _IS_SENT().fullmatch(line.text) and _LOGS_IN_ABOVE().search(line.before[-200:]):
        yield Claim(line.start + at, line.text[at:].strip(), "password")
    elif line.is_prose(name.start):
        yield from told_random(line, name.start, name.end, name.role)


def _unpacked(line: Line, name: Name, at: int, place: int) -> Iterator[Claim]:
    """`user, password = "etl", "X"`: the value at the name's own place; `b64decode("X").decode().split(":")`: both in one."""
    if (found := _DECODED().match(line.ahead, at)) and ":" in decoded(found["value"]):
        yield Claim(line.start + found.start("value"), found["value"], name.role.value, sure=True)
    for literal in literals(f"({line.ahead[at : at + 400]}", 0, 40):
        if literal.place == place and literal.bracket == "(" and not literal.call:
            yield from claim_pieces(line, [literal._replace(start=literal.start + at - 1, bracket="")], name.role, plain=True, labels=False)


def _typed(line: Line, name: Name) -> Iterator[Claim]:
    """What a program types into a field: `find("password").send_keys("X")`, `fill("#password", "X")`."""
    if name.role is Role.PASSWORD:
        found = _TYPED().search(line.text, name.start, name.start + 160) or _FILLS().search(
            line.text, max(0, name.start - 40), name.start + 160
        )
        if found and not role(found["value"]):
            yield Claim(line.start + found.start("value"), found["value"], name.role.value, Grade.WORD)


def _in_output(line: Line, name: Name, at: int) -> Iterator[Claim]:
    """What a cell of a notebook printed: `UID=etl;PWD=X`."""
    value = re.split(r"[\s;\"'\\]", line.text[at:], maxsplit=1)[0]
    yield by_role(line.start + at, value, name.role)


def _default_of_variable(line: Line, name: Name) -> Iterator[Claim]:
    """`${NAME:-default}`."""
    found = _ITS_DEFAULT().match(line.text, name.end)
    if found:
        yield by_role(line.start + found.start(1), found[1], name.role, NOTHING_ELSE)


def _is_key(line: Line, name: Name) -> bool:
    """Whether the name is quoted as the key of a dict, or stands in data."""
    return line.kind is not Kind.CODE or line.text[name.end : name.end + 1] in ('"', "'")


def _assigned(line: Line, name: Name, at: int, op: str) -> Iterator[Claim]:
    """A value after `=`, `:`, `==` and their kin; a part of a long name is none: `arn:aws:secretsmanager:eu-west-1:1234:secret:…`."""
    asked_for = name.role in (Role.KEY, Role.TOKEN) and op in _COMPARED
    is_key = name.role is Role.TOKEN and name.last.lower().endswith("key")
    if asked_for and (is_key or _SENT().search(line.text, max(0, name.start - 60), name.start)):
        name = name._replace(role=Role.SECRET)
    if op == ":" and _IN_A_LONG_NAME().search(line.text, max(0, name.start - 2), name.start):
        return
    in_text = line.is_prose(name.start) or (line.in_quotes(name.start) and line.text[name.end : name.end + 1] not in ('"', "'"))
    if op == "=" and line.kind is Kind.DATA and not in_text and _IN_FRONT_OF_A_COMMAND().match(line.text, name.start):
        yield shell_word(line, at, name.role)
        return
    if op == "=" and _IN_A_SHELL().match(line.text) and line.kind is Kind.CODE:
        yield shell_word(line, at, name.role)
        return
    if name.role is Role.KEY and _NAMED_BEFORE().search(line.text, max(0, name.start - 80), name.start):
        name = name._replace(role=Role.PASSWORD)
        yield from (claim for claim in from_expression(line, at, name.role) if is_striking(claim.value))
        return
    if line.kind is Kind.DATA and line.text[at : at + 1] == "[" and op in (":", "=") and name.role is not Role.LOGIN:
        yield from (each for literal in literals(line.ahead, at, 40) for each in claim_pieces(line, [literal], name.role))
        return
    if op.isalpha() and (op not in _WORDS_AS_OPERATORS or (op == "in" and in_text)):
        yield from told(line, name.start, name.end, name.role)
        return
    told_login = name.role is Role.LOGIN and line.is_prose(name.start)
    if (_QUOTE().match(line.ahead, at) and not told_login) or (line.kind in (Kind.CODE, Kind.SQL) and not in_text):
        if not _only_closes(line, name.start, at):
            beside = name.role is Role.PASSWORD and (line.is_beside_a_user(name.start) or line.is_below_a_user)
            labels = op == ":" and not name.last.isupper() and (line.kind is Kind.CODE or line.file.is_translation)
            plain = op in _SETS and (beside or line.kind is not Kind.CODE or _is_plainly_named(name))
            yield from from_expression(line, at, name.role, plain=plain, labels=labels, certain=beside)
            yield from _number(line, at, name.role)
        return
    yield from read_bare(line, name.start, at, op, name.role)


def _is_plainly_named(name: Name) -> bool:
    """Whether a plain word would do as the value: not for `pass`, which counts what passed, nor for `update_password`, a choice."""
    parts = split(name.last)
    return parts[-1:] != ["pass"] and not (len(parts) > 1 and parts[0] in _SETTERS)


def _only_closes(line: Line, start: int, at: int) -> bool:
    """Whether the quote at *at* only ends the text that the name stands in: `"PWD=" + password`."""
    if line.file.text[line.start + at - 1 : line.start + at] == "\\":  # a quote inside a text opens
        return False
    return any(first < start < last and at == last - 1 for first, last in line.quoted)


def _number(line: Line, at: int, named: Role) -> Iterator[Claim]:
    found = _NUMBER().match(line.ahead, at)
    if found and named in (Role.PASSWORD, Role.PIN):
        yield Claim(line.start + at, found[0], named.value, Grade.WORD)


def _compared_before(line: Line, name: Name) -> Iterator[Claim]:
    """`"…" == password`."""
    found = _YODA().search(line.text[max(0, name.start - 100) : name.start])
    if found:
        at = line.start + max(0, name.start - 100) + found.start("value")
        yield by_role(at, found["value"], name.role, direct(found["value"], labels=False))


def _default_before(line: Line, name: Name) -> Iterator[Claim]:
    """`Option("…", "--password")`."""
    found = _DEFAULT_BEFORE().search(line.text[max(0, name.start - 120) : name.start])
    if found:
        at = line.start + max(0, name.start - 120) + found.start("value")
        yield by_role(at, found["value"], name.role, direct(found["value"], labels=False))


def _asked_or_joined(line: Line, name: Name) -> Iterator[Claim]:
    """`input("Password: ") == "…"`, `"…;PWD=" + "…"`."""
    found = (
        _OR_ELSE().match(line.text, name.end)
        if name.last.lower() not in _VERBS and line.text[name.end : name.end + 1] in ('"', "'", ")", "]", " ")
        else None
    )
    if found:
        yield by_role(line.start + found.start("value"), found["value"], name.role, direct(found["value"], labels=False))
    found = _ASKED().match(line.text, name.end) if name.role is Role.PASSWORD else None
    if found:
        yield Claim(line.start + found.start("value"), found["value"], name.role.value, NOTHING_ELSE)


def _after_comma(line: Line, name: Name, at: int) -> Iterator[Claim]:
    """`("password", "…")`, `getenv("TOKEN", "…")`, `add_argument("--password", default="…")`, `compare_digest(token, "…")`."""
    before = line.text[: name.start]
    if not _CLOSES_A_LOOKUP.isdisjoint(line.ahead[name.end : at]):
        return
    if before[-1:] not in ('"', "'") and not _COMPARES().search(before):
        return
    for literal in literals(line.ahead, at, 60):
        if literal.is_key or literal.bracket:
            continue
        keyword = _KEYWORD().search(line.ahead[at : literal.start])
        direct = (
            literal.before == at and line.kind is not Kind.TEXT and line.ahead[literal.start + len(literal.value) + 1 :].lstrip()[:1] != ":"
        )
        if direct or (keyword and keyword[1].lower() in VALUES):
            is_option = before[-1:] in ('"', "'") and name.text.startswith("--") and line.kind is Kind.DATA
            given = is_option or bool(_TAKES_DEFAULT().search(before) or _COMPARES().search(before))
            yield from claim_pieces(line, [literal], name.role, plain=given, labels=False)
    yield from from_defaults(line, at, name.role)


def _called(line: Line, name: Name, at: int) -> Iterator[Claim]:
    """`set_password("…")`, `.password("…")`, `with_token("…")`: the last text that is passed."""
    parts = split(name.text.rpartition(".")[2])
    if name.role is Role.LOGIN or role(name.last) is None or (len(parts) > 1 and parts[0] not in _SETTERS):
        return
    passed = [
        each for each in literals(f"({line.ahead[at : at + 400]}", 0, 40) if each.bracket == "(" and not each.keyword and not each.call
    ]
    for literal in passed[-1:]:
        yield from claim_pieces(line, [literal._replace(start=literal.start + at - 1)], name.role)


def _after_blank(line: Line, name: Name, at: int) -> Iterator[Claim]:
    """`--password X`, `PASSWORD 'X'`, `password X` of .netrc, `the password for sa is X`."""
    if at >= len(line.text) or _RULES_AFTER().match(line.text, at):
        return
    if _is_option(line, name) and _SENTENCE_AFTER().match(line.text, at):
        return
    if _is_option(line, name):
        claim = shell_word(line, at, name.role)
        doubtful = claim.value.startswith("-") or line.text[name.end] not in " \t"
        yield claim._replace(asks=Grade.RANDOM if claim.value.startswith("-") else Grade.CHOSEN) if doubtful else claim
    elif line.kind is Kind.DATA and _blank_is_value(line, name.start):
        yield shell_word(line, at, name.role)
    elif _QUOTE().match(line.text, at) and (
        line.kind in (Kind.SQL, Kind.SHELL) or (line.kind is not Kind.TEXT and _SQL_BEFORE().search(line.text[: name.start]))
    ):
        yield from from_expression(line, at, name.role)
    elif _blank_is_value(line, name.start):
        yield shell_word(line, at, name.role)
    else:
        yield from told(line, name.start, at, name.role)
        if line.is_prose(name.start):
            yield from told_random(line, name.start, name.end, name.role)


def _is_option(line: Line, name: Name) -> bool:
    """`--db-password`, `-Password`, `/pass`; with one dash, the whole word must be known: `-ppassword` holds its value itself."""
    if line.text[max(0, name.start - 1) : name.start].strip(" \t\"'`["):
        return False
    return name.text.startswith("--") or (name.text[0] in "-/" and name.text[1:].lower() in _OPTIONS)


def _blank_is_value(line: Line, start: int) -> bool:
    """Whether a blank joins name and value here: .netrc, environment of images, redis.conf, `setx`."""
    before = line.lower[:start]
    if _NETRC_BEFORE().search(before) or _SETTING_BEFORE().search(before) or _CONFIGURED_BEFORE().search(before):
        return line.kind not in (Kind.TEXT, Kind.CODE) or "machine" in before
    if before.strip() or line.kind is not Kind.DATA:
        return False
    if line.file.name.endswith((".properties", ".conf")) and _NAME_AND_VALUE().fullmatch(line.text):
        return True
    return line.file.name.endswith("netrc") or bool(_NETRC_ABOVE().search(line.before[-200:])) or line.lower.lstrip().startswith(_SETTINGS)


def _in_tag(line: Line, name: Name, at: int) -> Iterator[Claim]:
    """`<password>X</password>`."""
    if line.text[: name.start].rstrip()[-1:] in ("<", ":", '"', "'") and "</" in line.ahead[at:]:
        value = line.text[at:].split("<")[0].strip()
        yield by_role(line.start + at, value, name.role, Grade.CHOSEN if line.kind is Kind.TEXT else NOTHING_ELSE)


def _in_cell(line: Line, name: Name, at: int) -> Iterator[Claim]:
    """`| password | X |`."""
    value = line.text[at:].split("|")[0].split("</t")[0].strip("`*\"' \t")
    if value and " " not in value:
        asks = Grade.WORD if line.is_below_a_user or _ROW_OF_TWO().fullmatch(line.text.strip()) else Grade.CHOSEN
        yield by_role(line.start + line.text.index(value, at), value, name.role, asks)
