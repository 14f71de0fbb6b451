"""Security: secrets, SQL from data, encryption, and input that nobody looked at."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow_template.standards.pattern import Pattern
from workflow_template.standards.rule import Fix, Problem, at, at_offset, file_rule
from workflow_template.standards.source import Kind, Source, dotted, everything

if TYPE_CHECKING:
    from workflow_template.standards.secrets import Secret
    from workflow_template.standards.sqlflow import Injection

_TLS_TEXT = Pattern(
    r"(?<![\w.])(?:(?P<encrypt>Encrypt[\"\']?\s{0,9}[=:]\s{0,9}[\"\']?(?:no|false|optional|0)\b)|(?P<trust>Trust_?Server_?Certificate[\"\']?\s{0,9}[=:]\s{0,9}[\"\']?(?:yes|true|1)\b)"
    r"|(?P<mode>ssl_?mode[\"']?\s*[=:]\s*[\"']?(?:disabled?|allow|prefer(?:red)?)\b)|(?P<verify>(?:ssl_?)?verify(?:_ssl|_certs?)?[\"']?\s*[=:]\s*(?:false|no|0)\b)"
    r"|(?P<curl>(?<=\s)(?:-k|--insecure)(?=\s|$))|(?P<wget>--no-check-certificate\b)|(?P<git>\bsslVerify\s*=\s*false\b)"
    r"|(?P<node>NODE_TLS_REJECT_UNAUTHORIZED[\"']?\s*[=:]\s*[\"']?0)|(?P<python>PYTHONHTTPSVERIFY[\"']?\s*[=:]\s*[\"']?0))",
    re.IGNORECASE,
)
_BEFORE, _AFTER = frozenset(("", *";\"'?&{,(")), frozenset(("", *";\"'&,})"))
_TLS_CALLS = ("ssl._create_unverified_context", "_create_unverified_context", "ssl._create_default_https_context", "disable_warnings")
# The modules behind CERT_NONE and check_hostname have "ssl" in their names.
_TLS_WORDS = ("ncrypt", "ENCRYPT", "rust", "TRUST", "ssl", "SSL", "erify", "VERIFY", "curl", "certificate", "NODE_TLS", "AutoAddPolicy")
_FILES = frozenset(
    [
        "open",
        "read_csv",
        "read_excel",
        "read_json",
        "read_parquet",
        "remove",
        "unlink",
        "rmtree",
        "copy",
        "copyfile",
        "move",
        "rename",
        "makedirs",
        "listdir",
    ]
)
_UNTRUSTED = frozenset(
    (
        "joblib.load",
        "dill.load",
        "dill.loads",
        "cloudpickle.load",
        "cloudpickle.loads",
        "jsonpickle.decode",
        "shelve.open",
        "marshal.load",
        "marshal.loads",
    )
)
_TOOLS = frozenset(["sqlcmd", "bcp", "mysql", "mysqldump", "mariadb", "psql", "curl", "sshpass", "sftp", "lftp", "az", "aws"])
_PASSWORD = Pattern(r"(?i)(pass(word|wd)?|pwd|secret|token|api_?key)$")
_LOOKS = frozenset(
    [
        "exists",
        "is_file",
        "is_dir",
        "resolve",
        "is_relative_to",
        "fullmatch",
        "match",
        "isdigit",
        "isdecimal",
        "isalnum",
        "isidentifier",
        "startswith",
        "endswith",
        "basename",
        "secure_filename",
    ]
)
_CHECKS = Pattern(r"(?i)(valid|check|verify|parse|ensure|require|clean|sanit|allow|is_).*")


@file_rule("WF501", "No secret stands in a file", lambda kind: True)
def holds_no_secret(source: Source) -> Iterator[Problem]:
    """Whoever can read the repository, now or in any clone of it in ten years, has the key.

    Bad:
        connection = f"Driver={DRIVER};Server=db01;UID=loader;PWD=Tr0ub4dor&3"
    Good:
        connection = db_helper.get_connection()

    Fix: change the secret, since its history stays; then keep it in config/secrets.toml, which git ignores, the environment or Kestra.
    """
    for secret in _secrets(source):
        if secret.kind != "unread":
            yield Problem(secret.line, secret.message, secret.column)


def _runs_sql(kind: Kind) -> bool:
    return kind.is_script and not kind.is_test


@file_rule("WF502", "No SQL is put together from data", _runs_sql)
def builds_no_sql_from_data(source: Source) -> Iterator[Problem]:
    """Data that becomes SQL text can do whatever the database user may: read other tables, change them, drop them.

    Bad:
        db_helper.execute_query(f"SELECT id FROM orders WHERE customer = '{customer}'")
    Good:
        db_helper.execute_query("SELECT id FROM orders WHERE customer = :customer", {"customer": customer})

    Fix: bind values as parameters; quote names with `db_helper.quote(name)`; keep the text itself constant.
    """
    for found in _injections(source):
        if found.followed:
            yield Problem(found.line, found.message, found.column + 1)


@file_rule("WF005", "Every file can be judged to its end", lambda kind: True, severity="info")
def is_judged_to_its_end(source: Source) -> Iterator[Problem]:
    """What is generated, minified or very long may hold more than a check of seconds can follow; it says where it stopped.

    Fix: keep what is generated out of the repository; split what is written.
    """
    for secret in _secrets(source):
        if secret.kind == "unread":
            yield Problem(secret.line, secret.message, secret.column)
    for found in _injections(source) if _runs_sql(source.kind) else ():
        if not found.followed:
            yield Problem(found.line, found.message, found.column + 1)


def _secrets(source: Source) -> list[Secret]:
    return source.kept("secrets", lambda: _find_secrets(source))


def _find_secrets(source: Source) -> list[Secret]:
    from workflow_template.standards.secrets import find_secrets

    return list(find_secrets(source.path, source.text, source.held))


def _injections(source: Source) -> list[Injection]:
    return source.kept("injections", lambda: _find_injections(source))


def _find_injections(source: Source) -> list[Injection]:
    from workflow_template.standards.sqlflow import find_injections, may_hold

    return list(find_injections(source.tree, source.text)) if may_hold(source.text) else []


@file_rule(
    "WF503",
    "Connections are encrypted, and certificates are looked at",
    lambda kind: kind.language != "markdown",
    words=_TLS_WORDS,
    fixes=True,
)
def keeps_tls_on(source: Source) -> Iterator[Problem]:
    """Without TLS the password goes over the network in clear; with a certificate that nobody looks at, it goes to whoever answers.

    Bad:
        CONNECTION = "Driver={ODBC Driver 18 for SQL Server};Server=tcp:db01;Encrypt=no"
    Good:
        CONNECTION = "Driver={ODBC Driver 18 for SQL Server};Server=tcp:db01;Encrypt=yes"

    Fix: `Encrypt=yes`; let your IT sign the certificate, or name it by `ServerCertificate=`; `verify="path/to/ca.pem"` for requests.
    """
    for found in _TLS_TEXT.finditer(source.text):
        if _switches_off(source, found):
            fix = Fix(found.start(), found.end(), re.sub(r"\w+$", "yes", found[0])) if found.lastgroup == "encrypt" else None
            yield at_offset(source, found.start(), f"switches encryption or its checks off: {found[0]}", fix)
    if source.kind.language == "python" and any(
        word in source.text for word in ("CERT_NONE", "check_hostname", "_unverified_", "AutoAddPolicy")
    ):
        yield from _tls_in_code(source)


@file_rule(
    "WF504",
    "Input from outside is looked at before it is used",
    lambda kind: kind.is_production,
    words=("sys.argv", "input(", "parse_args", "request"),
)
def looks_at_input(source: Source) -> Iterator[Problem]:
    """A file name or a column from outside that nobody looked at leaves its folder, or stops the run half way.

    Bad:
        path = sys.argv[1]
        with open(path) as lines:
            load(lines)
    Good:
        parser = argparse.ArgumentParser()
        parser.add_argument("path", type=existing_file)
        given = parser.parse_args()

    Fix: give each option a `type` or `choices` that refuses what is wrong; look at values of others before they name a file.
    """
    for node in source.all(ast.Subscript):
        if dotted(node.value) == "sys.argv" and isinstance(node.slice, ast.Constant) and node.slice.value != 0:
            yield at(source, node, "is an argument that nobody has looked at: argparse, with a type or choices for each option")
    for name, call in source.calls:
        if name == "input":
            yield at(
                source, call, "waits for a person, and takes whatever is typed: production has nobody there; use an option with a type"
            )
    loose = _loose_options(source)
    for name, call in source.calls if loose else ():
        for value in call.args[:1] if name.rpartition(".")[2] in _FILES else ():
            if isinstance(value, ast.Attribute) and value.attr in loose and not _is_looked_at(source, value.attr):
                yield at(
                    source,
                    value,
                    f"the option {value.attr} names a file, and nobody has looked at it: give it a `type` that refuses what is wrong",
                )


@file_rule(
    "WF505",
    "Nothing runs what it reads",
    lambda kind: kind.is_production,
    words=("joblib", "dill", "cloudpickle", "jsonpickle", "shelve", "marshal", "np.load", "numpy.load", "torch.load"),
)
def runs_no_data(source: Source) -> Iterator[Problem]:
    """These formats hold code, which runs when they are read: whoever can write the file runs what he likes. Ruff finds pickle and eval.

    Bad:
        model = joblib.load(path)
    Good:
        table = json.loads(path.read_text(encoding="utf-8"))

    Fix: JSON, CSV, Parquet; a model in ONNX or safetensors.
    """
    for name, call in source.calls:
        words = {word.arg: word.value for word in call.keywords}
        allowed = words.get("allow_pickle")
        if name in _UNTRUSTED:
            yield at(source, call, f"{name} runs code that the file holds: use JSON, CSV or Parquet")
        elif name in ("np.load", "numpy.load") and isinstance(allowed, ast.Constant) and allowed.value is True:
            yield at(source, call, "allow_pickle=True runs code that the file holds: leave it out")
        elif name == "torch.load" and not (isinstance(weights := words.get("weights_only"), ast.Constant) and weights.value is True):
            yield at(source, call, "torch.load runs code that the file holds: weights_only=True")


@file_rule("WF506", "No secret stands on a command line", lambda kind: kind.is_script, words=("subprocess", "system("))
def hides_secrets_of_commands(source: Source) -> Iterator[Problem]:
    """Every user of the machine can see the command lines of all processes, and monitoring keeps them.

    Bad:
        subprocess.run(["sqlcmd", "-S", server, "-U", user, "-P", password, "-i", script], check=True)
    Good:
        subprocess.run(["sqlcmd", "-S", server, "-i", script], check=True, env={**os.environ, "SQLCMDPASSWORD": password})

    Fix: hand it over in the environment of the process, on its standard input, or in a file that only it can read.
    """
    for name, call in source.calls:
        if name.rpartition(".")[2] in ("run", "call", "check_call", "check_output", "Popen", "system") and call.args:
            parts = list(everything(call.args[0]))
            texts = " ".join(str(part.value) for part in parts if isinstance(part, ast.Constant)).split()
            if not _TOOLS.intersection(text.rpartition("/")[2] for text in texts[:3]):
                continue
            for part in parts:
                name_of = (
                    part.slice.value
                    if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant)
                    else dotted(part).rpartition(".")[2]
                )
                if isinstance(part, ast.Name | ast.Attribute | ast.Subscript) and _PASSWORD.search(str(name_of)):
                    yield at(source, part, f"{name_of!s} is on the command line of {texts[0]}, where every user of the machine can see it")
                    break


def _switches_off(source: Source, found: re.Match[str]) -> bool:
    """Whether what looks like a switch is one: no comment, no comparison, and `-k` is an option of curl."""
    line = source.lines[source.line_of(found.start()) - 1]
    if line.lstrip().startswith("--" if source.kind.language == "sql" else "#") or "==" in found[0]:
        return False
    if source.kind.language == "python" and found.lastgroup in ("encrypt", "trust", "mode"):
        before, after = (
            line[: source.column_of(found.start()) - 1].rstrip()[-1:],
            line[source.column_of(found.start()) - 1 + len(found[0]) :].lstrip()[:1],
        )
        if before not in _BEFORE or after not in _AFTER:
            return False  # a sentence that speaks of it
    return found.lastgroup != "curl" or "curl" in line[: source.column_of(found.start())][-300:]


def _tls_in_code(source: Source) -> Iterator[Problem]:
    for name, call in source.calls:
        if name in _TLS_CALLS[:3]:
            yield at(source, call, "makes a context that looks at no certificate: ssl.create_default_context()")
        elif name.endswith("AutoAddPolicy"):
            yield at(source, call, "trusts whatever host answers: load_system_host_keys() and RejectPolicy")
    for node in source.all(ast.Assign):
        target, value = node.targets[0], node.value
        if (
            isinstance(target, ast.Attribute)
            and target.attr == "check_hostname"
            and isinstance(value, ast.Constant)
            and value.value is False
        ):
            yield at(source, node, "does not look whom the certificate is for: leave check_hostname on")
        elif isinstance(target, ast.Attribute) and target.attr == "verify_mode" and dotted(value).endswith("CERT_NONE"):
            yield at(source, node, "looks at no certificate: leave verify_mode at CERT_REQUIRED")
        elif dotted(target) == "ssl._create_default_https_context":
            yield at(source, node, "switches certificate checks off for the whole process: leave it alone")


def _loose_options(source: Source) -> set[str]:
    """Names of the options that take any text: neither `type`, `choices` nor `action`."""
    found = set()
    for name, call in source.calls:
        if name.endswith(".add_argument") and call.args and not {"type", "choices", "action"} & {word.arg for word in call.keywords}:
            texts = [str(each.value) for each in call.args if isinstance(each, ast.Constant)]
            named = [str(word.value.value) for word in call.keywords if word.arg == "dest" and isinstance(word.value, ast.Constant)]
            longest = max(texts, key=len, default="")
            found.add((named or [longest.lstrip("-").replace("-", "_")])[0])
    return found


def _is_looked_at(source: Source, option: str) -> bool:
    """Whether a condition, a check or a conversion looks at an option anywhere in the file."""
    for test in (node.test for node in source.all(ast.If, ast.Assert, ast.IfExp, ast.While)):
        if any(isinstance(part, ast.Attribute) and part.attr == option for part in everything(test)):
            return True
    for name, call in source.calls:
        last = name.rpartition(".")[2]
        if (last in _LOOKS or _CHECKS.fullmatch(last)) and any(
            isinstance(part, ast.Attribute) and part.attr == option for part in everything(call)
        ):
            return True
    return False
