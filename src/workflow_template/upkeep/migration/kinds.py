"""What a file's name and folder say about it: the first guess, before its content and its users are asked."""

from __future__ import annotations

import re
from typing import NamedTuple

from workflow_template.stamp.answers import module_name

TESTING, SAMPLES, DEBUGGING = "testing", "testing/test_data_samples", "debugging"
SHOWN = {"testing": TESTING, "samples": SAMPLES, "debugging": DEBUGGING}

_TEST_FOLDERS = {"tests", "test", "testing", "unit_tests", "unittests", "integration_tests"}
_DEBUG_FOLDERS = {
    *("debug", "debugging", "notebook", "notebooks", "experiment", "experiments", "scratch", "playground", "sandbox", "adhoc", "poc"),
}
_SAMPLE_FOLDERS = {"samples", "sample", "sample_data", "test_data_samples", "test_data", "testdata", "test-data"}
_DATA_FOLDERS = {"data", "fixtures"}
_RESOURCES = {
    *("resources", "resource", "golden", "goldens", "expected", "input", "inputs", "output", "outputs", "files", "assets", "snapshots"),
    *("responses", "payloads", "cassettes", "csv", "json", "xml", "xlsx", "excel", "sql"),
}
_SETTINGS = re.compile(r"(requirements|constraints|package|setup)\b.*|dockerfile.*|docker-compose.*|makefile")
_OF_TOOLS = re.compile(r"thumbs\.db|\.ds_store|desktop\.ini|\.coverage|.*\.py[co]")
_TOOL_FOLDERS = {"__pycache__", ".ipynb_checkpoints", ".pytest_cache", ".mypy_cache", ".ruff_cache", "htmlcov"}
_TEST_DATA = re.compile(r".*\.(json|xml|txt|sql|dat|eml|edi)")
_TEST = re.compile(r"(tests?[_-].*|.*[_-]tests?|tests?|conftest)")
_CAMEL_TEST = re.compile(r"Test[A-Z]\w*|\w*[a-z]Tests?")
_DEBUG = re.compile(r"(debug|dbg)([_-].*)?|.*[_-](debug|dbg)")
_TRIAL = re.compile(
    r"(experiments?|playground|scratch(pad)?|sandbox|poc|prototype|adhoc|ad_hoc|eda)([_-].*)?|.*[_-](experiment|playground|scratch|sandbox|poc|prototype|adhoc|eda)"
)
_PERHAPS_TRIAL = re.compile(r"(exp|tmp|temp|try|tryout|explore|exploration|trial|demo|check|quick)[_-].*")
_SAMPLE = re.compile(r"samples?([_-].*)?|.*[_-]samples?")
_MADE_UP = re.compile(r"(example|dummy|mock|fake)([_-].*)?")
_SUPPORT = re.compile(r"(.*_)?(factory|factories|fixtures?|stubs?|testutils?|testing_(utils?|helpers?))|(fake|mock|stub)s?(_.*)?")
_LEFT_OVER = re.compile(r".*(\.(bak|orig|rej|old|swp|tmp)|~)|(copy of|kopie von) .*|.* - (copy|kopie)\..*|.*\(\d\)\.\w+", re.IGNORECASE)
_DATA = re.compile(
    r"\.(csv|tsv|psv|xlsx|xls|xlsb|xlsm|ods|parquet|feather|arrow|avro|orc|pkl|pickle|npy|npz|db|sqlite3?|duckdb|mdb|accdb"
    r"|jsonl|ndjson|dbf|dta|rds|h5|hdf5)(\.(gz|bz2|xz|zst|zip))?$"
)
_SOFT_DATA = re.compile(r"\.(json|xml|txt|html?|yaml|yml|sql|zip|gz|dat|eml|edi|pdf|png|jpe?g)$")


class Guess(NamedTuple):
    """Where a file would go (empty: it stays) by its name and folder, why, and whether its content must agree."""

    kind: str
    why: str
    weak: bool = False


def guess(workflow: str, path: str) -> Guess:
    """Judge *path* (relative to the folder of *workflow*) by its name and folders alone."""
    *folders, name = path.lower().split("/")
    stem = name.split(".")[0] if not name.startswith(".") else name
    own = path.rsplit("/", 1)[-1].split(".")[0]
    if not folders and name == f"{module_name(workflow).lower()}.py":
        return Guess("", "the script of the workflow")
    if _SETTINGS.fullmatch(name):
        return Guess("", "settings")
    if by_folder := _by_folder(folders, name):
        return by_folder
    if name == "pytest.ini":
        return Guess("testing", "pytest's settings")
    if name.endswith(".ipynb"):
        return Guess("debugging", "a notebook")
    if _DEBUG.fullmatch(stem):
        return Guess("debugging", "named debug")
    if _SAMPLE.fullmatch(stem) and not (name.endswith(".py") and _TEST.fullmatch(stem)):
        return Guess("samples", "named sample", weak=name.endswith(".py"))
    if _TEST.fullmatch(stem) or (name.endswith(".py") and _CAMEL_TEST.fullmatch(own)):
        return _named_test(name)
    return _by_rest(stem, name)


def _by_folder(folders: list[str], name: str) -> Guess | None:
    for number, folder in enumerate(folders):
        if folder in _TEST_FOLDERS:
            data = not name.endswith(".py") and _is_test_data(set(folders[number + 1 :]), name)
            return Guess("samples" if data else "testing", f"in {folder}/")
        if folder in _DEBUG_FOLDERS:
            data = is_data(name) and not _DEBUG.fullmatch(name.split(".")[0])
            return Guess("samples" if data else "debugging", f"in {folder}/")
        if folder in _SAMPLE_FOLDERS:
            return Guess("samples", f"in {folder}/", weak=name.endswith(".py"))
    return None


def _is_test_data(inner: set[str], name: str) -> bool:
    """Whether a file among tests is what they read: data must not be parted from other data."""
    if inner & (_SAMPLE_FOLDERS | _DATA_FOLDERS | _RESOURCES) or is_data(name):
        return True
    return bool(_SAMPLE.fullmatch(name.split(".")[0]) or _TEST_DATA.fullmatch(name))


def _named_test(name: str) -> Guess:
    if name == "conftest.py":
        return Guess("testing", "pytest's conftest.py")
    if is_data(name) or re.search(r"\.(json|xml|txt|dat|eml|edi|zip|gz)$", name):
        return Guess("samples", "named test, data", weak=not is_data(name))
    return Guess("testing", "named test", weak=not name.endswith(".py"))


def _by_rest(stem: str, name: str) -> Guess:
    if _TRIAL.fullmatch(stem):
        return Guess("debugging", "named as an experiment")
    if _PERHAPS_TRIAL.fullmatch(stem) and name.endswith(".py"):
        return Guess("debugging", "named as a trial", weak=True)
    if is_data(name):
        return Guess("samples", "data")
    if _MADE_UP.fullmatch(stem) and _SOFT_DATA.search(name):
        return Guess("samples", "made-up data", weak=True)
    return Guess("", "")


def is_role(folder: str) -> bool:
    """Whether a folder in `scripts/` is named for what is in it, and not for a workflow."""
    return folder.lower() in _TEST_FOLDERS | _DEBUG_FOLDERS | _SAMPLE_FOLDERS | _DATA_FOLDERS | _RESOURCES


def is_data(name: str) -> bool:
    return bool(_DATA.search(name.lower()))


def is_support(stem: str) -> bool:
    """Whether a module is named as one that only tests use."""
    return bool(_SUPPORT.fullmatch(stem))


def is_left_over(path: str) -> bool:
    """Whether an editor, a copy or a tool left this behind."""
    *folders, name = path.lower().split("/")
    return bool(_LEFT_OVER.fullmatch(name) or _OF_TOOLS.fullmatch(name) or set(folders) & _TOOL_FOLDERS)


def is_test_like(path: str) -> bool:
    """Whether a path outside of `scripts/` belongs to tests and trials, which may follow what they use."""
    *folders, name = path.lower().split("/")
    return bool(set(folders) & (_TEST_FOLDERS | _DEBUG_FOLDERS) or _TEST.fullmatch(name.split(".")[0]))


def target_of(workflow: str, path: str, kind: str) -> str:
    """Where *path* (relative to the folder of *workflow*) goes: the folders that say its kind are dropped, all others are kept."""
    *folders, name = path.split("/")
    dropped = {
        "testing": (_TEST_FOLDERS, 1),
        "debugging": (_DEBUG_FOLDERS, 1),
        "samples": (_TEST_FOLDERS | _DEBUG_FOLDERS | _SAMPLE_FOLDERS | _DATA_FOLDERS, len(folders)),
    }
    words, many = dropped[kind]
    kept = []
    for folder in folders:
        if folder.lower() in words and many:
            many -= 1
        else:
            kept.append(folder)
    return "/".join(["dev", workflow, SHOWN[kind], *kept, name])
