"""The kind of a file, by its name: it tells how bare words read."""

from __future__ import annotations

from enum import Enum

from workflow_template.standards.secrets.patterns import words


class Kind(Enum):
    """How bare words read: as names in code, as values in data and commands, as prose in text."""

    CODE = "code"
    SHELL = "shell"
    SQL = "sql"
    TEXT = "text"
    DATA = "data"


_SUFFIXES = {
    Kind.CODE: words("""py pyi js ts tsx jsx mjs java cs go rb php scala kt r pl c cpp h groovy gradle vb lua swift rs tf tfvars hcl
        bicep ipynb bas cls frm vbs jl pm cbl ex exs clj dart fs fsx pas kts sbt m asp aspx jsp cshtml vue svelte tcl"""),
    Kind.SHELL: words("sh bash zsh ksh fish bat cmd ps1 psm1 mk csh bashrc zshrc bash_profile profile envrc command exp expect"),
    Kind.SQL: words("sql ddl prc pks pkb hql psql pls plsql tsql pgsql bteq"),
    Kind.TEXT: words("md markdown rst txt text adoc html htm log csv tsv psv eml"),
}  # fmt: skip


_KIND_OF = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes}
_MADE_INTO = (".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".template", ".erb", ".example", ".sample", ".dist", ".bak", ".orig", ".old")


def kind_of(path: str) -> Kind:
    """The kind of a file by its name; data where nothing speaks for another."""
    name = path.rpartition("/")[2].lower()
    if name.startswith(("dockerfile", "containerfile", "makefile", "justfile")):
        return Kind.SHELL
    if name.startswith(("jenkinsfile", "sconstruct")):
        return Kind.CODE
    if "netrc" in name or "pgpass" in name:
        return Kind.DATA
    if name in ("readme", "notes", "todo", "changelog"):
        return Kind.TEXT
    while name.endswith(_MADE_INTO):
        name = name.rpartition(".")[0]
    return _KIND_OF.get(name.rpartition(".")[2], Kind.DATA)
