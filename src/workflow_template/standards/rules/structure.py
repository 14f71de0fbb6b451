"""Structure: what a workflow must have, what may not lie in it, and where its files belong."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow_template.stamp.answers import problem_with
from workflow_template.standards.pattern import Pattern
from workflow_template.standards.rule import Problem, at_offset, file_rule, workflow_rule
from workflow_template.standards.source import Kind, Source
from workflow_template.standards.workflow import Workflow

REQUIRED = ("workflow.toml", "README.md", "kestra_flow.yml")
REQUIRED_IN_DEV = (
    "testing/test_integration.py",
    "testing/test_performance.py",
    "validation/validate_data_quality.py",
    "validation/validate_business_rules.py",
    "validation/check_requirements.py",
    "checklists/workflow_development_checklist.md",
    "checklists/testing_checklist.md",
    "checklists/deployment_checklist.md",
)
_STRAY = Pattern(r"(debug|test|sample)_.*\.py|conftest\.py|.*\.(ipynb|bak|log)")
_DATA = Pattern(r".*\.(csv|tsv|parquet|feather|xlsx?|db|sqlite3?|pkl|pickle|avro|orc|dump)", re.IGNORECASE)
_PRIVATE = Pattern(
    r"\.env(\.(local|prod|production|staging|dev))?|secrets?\.(toml|ya?ml|json|ini)|.*\.(pfx|p12|jks|keystore|ppk)|id_(rsa|dsa|ecdsa|ed25519)|\.pgpass|\.netrc"
)
_LOOSE = {"test_": "testing/", "debug_": "debugging/", "sample_": "testing/test_data_samples/"}
_CONFLICT = Pattern(r"^(?:<{7}|>{7})(?: .*)?$", re.MULTILINE)
_UNRENDERED = Pattern(r"\{\{-? *cookiecutter[.\[]|\{%-? *(?:if|for|set) [^%\n]*cookiecutter\.")
_DEVICE = Pattern(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_SIGNS = frozenset('<>:"|?*\\')


def _of_a_workflow(kind: Kind) -> bool:
    return kind.area != "other"


def _in_scripts(kind: Kind) -> bool:
    return kind.place == "scripts" and kind.area != "other"


def _code(kind: Kind) -> bool:
    return kind.language == "python" and kind.place in ("dev", "scripts", "utils", "tools")


@file_rule("WF001", "Every Python file parses", _code)
def parses(source: Source) -> Iterator[Problem]:
    """A file that does not parse stops the workflow at its first run, often at night.

    Bad:
        def load(rows:
            return len(rows)
    Good:
        def load(rows):
            return len(rows)

    Fix: mend the syntax at the line that is named. Code for a newer Python than the one that runs this check does not parse either.
    """
    # Parsing every file for this alone would double the time. Ruff, which runs beside, parses all; this adds what only Python refuses.
    if source.is_parsed or "((((((((" in source.text or "[[[[[[[[" in source.text:
        yield from [Problem(source.error[0], f"is not Python: {source.error[1]}")] if source.error else []


@file_rule("WF002", "A file can be read on every machine", _of_a_workflow, subject="odd")
def can_be_read(source: Source) -> Iterator[Problem]:
    """UTF-8 is what Python, git and Kestra expect; anything else reads differently on Windows and Linux, or not at all.

    Fix: save the file as UTF-8, in the editor or by `iconv -f LATIN1 -t UTF-8`. A binary file does not belong under this name.
    """
    if source.trouble:
        if source.trouble not in ("link", "large"):
            yield Problem(0, f"could not be read: {source.trouble}")
        return
    if source.kind.language == "text" or source.encoding in ("utf-8", "utf-8-sig"):
        if source.kind.language == "toml" and source.encoding == "utf-8-sig":
            yield Problem(1, "begins with a byte order mark, which TOML readers refuse: save it as UTF-8 without BOM")
        return
    if source.encoding == "latin-1" and b"coding" in source.data[:200]:
        return  # it says so itself, and Python follows
    said = {"": "holds NUL bytes, as no text does", "latin-1": "is not UTF-8"}.get(source.encoding, f"is {source.encoding.upper()}")
    yield Problem(1, f"{said}: save it as UTF-8")


@file_rule("WF003", "No file is too large to be read by a person", _of_a_workflow, severity="warning", subject="odd")
def is_not_too_large(source: Source) -> Iterator[Problem]:
    """Git keeps every version of a file for ever, and nobody reviews megabytes. Such a file is not judged by any other rule.

    Fix: keep a small sample, and read the rest from a database or a storage that the configuration names.
    """
    if source.trouble == "large":
        yield Problem(0, f"was not looked at: it holds more than {source.limits['largest_file_mb']} MB; keep a small sample")
    elif source.is_too_long:
        yield Problem(0, f"was not parsed: it has {len(source.lines):,} lines; split it")


@file_rule("WF004", "A workflow holds real files", _of_a_workflow, severity="warning", subject="odd")
def is_a_real_file(source: Source) -> Iterator[Problem]:
    """Git on Windows checks a symbolic link out as a small text file, and Kestra uploads that. What it leads to was not looked at.

    Fix: replace the link by the file, or import what is shared from `utils`.
    """
    if source.trouble == "link":
        yield Problem(0, "is a symbolic link, which is a text file on Windows: put the file itself here")


@workflow_rule("WF101", "A workflow has its files")
def has_its_files(workflow: Workflow) -> Iterator[Problem]:
    """Everybody finds the script, the tests, the flow and the checklists of every workflow in the same place.

    Fix: copy the file from a newly stamped workflow; `workflow register NAME` writes missing checklists.
    """
    wanted = [f"{workflow.script}.py", *REQUIRED]
    if workflow.place == "dev":
        wanted += REQUIRED_IN_DEV
    for inner in wanted:
        if inner not in workflow.files:
            yield Problem(0, "is missing: copy it from a newly stamped workflow, or run `workflow register`", path=workflow.path(inner))


@file_rule("WF104", "No template text is left", _of_a_workflow, words=("cookiecutter",))
def is_rendered(source: Source) -> Iterator[Problem]:
    """What the template left open looks finished in a list of files, and fails when it runs.

    Bad:
        TARGET_TABLE = "{{ cookiecutter.target_table }}"
    Good:
        TARGET_TABLE = "daily_sales"

    Fix: write the value; or stamp the file again with `workflow new`.
    """
    for found in _UNRENDERED.finditer(source.text):
        yield at_offset(source, found.start(), "template text was not filled in here")


@file_rule("WF105", "scripts/ holds production files only", _in_scripts, subject="name")
def no_stray_files(source: Source) -> Iterator[Problem]:
    """A test, a notebook or a debugging script in production is run, scheduled and depended on sooner or later.

    Fix: `workflow migrate NAME` moves it to dev/NAME/, with its history, and mends what refers to it.
    """
    folder = next((part for part in source.inner[:-1] if part in ("testing", "debugging", "validation", "checklists", "logs")), "")
    if source.kind.area != "main" and (folder or _STRAY.fullmatch(source.inner[-1])):
        yield Problem(0, f"belongs into dev/{source.workflow}/: workflow migrate {source.workflow}")


@file_rule("WF106", "scripts/ holds no data", _in_scripts, subject="name")
def no_data_files(source: Source) -> Iterator[Problem]:
    """Data in a repository is copied to every machine that clones it, stays in its history, and is stale by tomorrow.

    Fix: read it from the database or the storage that the configuration names; samples lie in dev/NAME/testing/test_data_samples/.
    """
    if _DATA.fullmatch(source.inner[-1]):
        yield Problem(0, f"is data: samples belong into dev/{source.workflow}/testing/test_data_samples/")


@workflow_rule("WF107", "A workflow has a name that every system can hold")
def is_well_named(workflow: Workflow) -> Iterator[Problem]:
    """Windows, Python, pytest and Kestra each refuse names that the others take; one rule holds them all.

    Fix: rename the folder, the script and `name` in workflow.toml: lower case, digits, `_` and `-`, first a letter.
    """
    if problem := problem_with("workflow_name", workflow.name):
        yield Problem(0, str(problem).partition("\n")[0], path=f"{workflow.place}/{workflow.name}")


@file_rule("WF109", "Logs are not tracked by git", lambda kind: kind.area != "other", subject="name")
def tracks_no_logs(source: Source) -> Iterator[Problem]:
    """Logs hold rows and names of people, change at every run, and bury what was changed on purpose.

    Fix: `git rm --cached FILE`, and leave `debugging/logs/` in .gitignore.
    """
    name = source.inner[-1] if source.inner else ""
    kept = name in (".gitignore", ".gitkeep", "README.md", "__init__.py")
    if name.endswith(".log") or ("logs" in source.inner[:-1] and not kept):
        yield Problem(0, f"is a log: git rm --cached {source.path}")


@file_rule("WF114", "Private files stay out of the repository", lambda kind: kind.language in ("text", "toml", "yaml"), subject="name")
def keeps_private_files_out(source: Source) -> Iterator[Problem]:
    """A file made to hold secrets is copied to every clone, and its history cannot be taken back.

    Fix: `git rm --cached FILE`, add it to .gitignore, and change every secret that it held.
    """
    if _PRIVATE.fullmatch(source.path.rpartition("/")[2]):
        yield Problem(0, "is a file for secrets: git rm --cached it, add it to .gitignore, change what it held")


@file_rule("WF116", "No file of a failed merge or patch is left", lambda kind: True, subject="name")
def no_leftovers(source: Source) -> Iterator[Problem]:
    """A `.rej` file is a change that was not made; an `.orig` file is the version that was to be replaced.

    Fix: make the change by hand, then remove the file.
    """
    if source.path.endswith((".rej", ".orig")):
        yield Problem(0, "is what an update could not merge: merge it by hand and remove it")


@file_rule("WF117", "No merge conflict is left open", lambda kind: True, words=("<<<<<<<", ">>>>>>>"))
def has_no_conflict(source: Source) -> Iterator[Problem]:
    """Half of each side is in the file, and it does what nobody wrote.

    Bad:
        <<<<<<< HEAD
        BATCHES = 10
        =======
        BATCHES = 20
        >>>>>>> more-batches
    Good:
        BATCHES = 20

    Fix: keep one side, or both, and take the three marks away.
    """
    for found in _CONFLICT.finditer(source.text):
        yield at_offset(source, found.start(), "a merge conflict is left open here")


@file_rule(
    "WF118",
    "Tests, debugging scripts and samples lie in their folders",
    lambda kind: kind.place == "dev" and kind.area == "stray",
    severity="warning",
    subject="name",
)
def lies_in_its_folder(source: Source) -> Iterator[Problem]:
    """What lies beside the script is taken for production code, by people and by `workflow deploy`.

    Fix: `git mv` it into the folder that is named.
    """
    for start, folder in _LOOSE.items():
        if source.inner[-1].startswith(start):
            yield Problem(0, f"belongs into dev/{source.workflow}/{folder}")


@workflow_rule("WF119", "No two files differ only in case")
def has_no_twin_files(workflow: Workflow) -> Iterator[Problem]:
    """Windows and macOS hold one of the two, and a clone there overwrites the other in silence.

    Fix: rename one of them by `git mv`.
    """
    seen: dict[str, str] = {}
    for inner in sorted(workflow.files):
        first = seen.setdefault(inner.casefold(), inner)
        if first != inner:
            yield Problem(0, f"is the same file as {first} on Windows: rename one", path=workflow.path(inner))


@file_rule("WF120", "Files have names that Windows can hold", lambda kind: kind.area != "other", subject="name")
def has_a_portable_name(source: Source) -> Iterator[Problem]:
    """A clone on Windows stops at a name that Windows cannot hold, and the colleague has no repository at all.

    Fix: rename the file by `git mv`.
    """
    for part in source.inner:
        if _DEVICE.fullmatch(part) or part.endswith((" ", ".")) or not _SIGNS.isdisjoint(part):
            yield Problem(0, f'has a name that Windows cannot hold: "{part}"')
            return
