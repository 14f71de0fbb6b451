"""Rows with a key into a table: a second time they change nothing.

They go into a temporary table first, and from there where they belong in two statements: what differs is changed, what is missing inserted.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress

from db_engine import TOLD
from db_write import BINARY, Batch, Target, insert

_NUMBERS = (0, 1, 2, 3, 4, 5, 8, 9, 16, 246)  # types of MariaDB that are equal only if they are the same; as text a FLOAT is shortened


def upsert(target: Target, batches: Iterable[Batch], keys: list[str]) -> int:
    """Insert the rows, and change those whose key is there already where they differ. Returns how many rows were given.

    Raises:
        ValueError: a key is NULL, or two rows have the same one.
    """
    name = f"{'#' if target.settings.family == 'mssql' else ''}workflow_stage_{uuid.uuid4().hex[:12]}"
    stage = target._replace(table=name)
    places = [target.columns.index(key) for key in keys]
    quoted = [target.quoted[at] for at in places]
    target.run("CREATE", _create_stage(target, name, quoted))
    try:
        total = insert(stage, _with_keys(batches, keys, places))
        _refuse_twins(stage, keys, quoted)
        if update := _update(target, name, quoted):
            target.run("UPDATE", update)
        target.run("INSERT", _insert_missing(target, name, quoted))
    except BaseException:
        if target.settings.family == "mysql":  # which keeps it when the transaction is rolled back
            with suppress(Exception):
                _drop_stage(target, name)
        raise
    _drop_stage(target, name)
    return total


def _create_stage(target: Target, stage: str, keys: list[str]) -> str:
    columns, table = ", ".join(target.quoted), target.table
    if target.settings.family == "mssql":  # UNION ALL takes an IDENTITY off the column
        nothing = f"FROM {table} WHERE 1 = 0"
        return f"SELECT {columns} INTO {stage} {nothing} UNION ALL SELECT {columns} {nothing}"  # noqa: S608 - quoted
    kind = {"postgresql": f"TEMP TABLE {stage} ON COMMIT DROP", "sqlite": f"TEMP TABLE {stage}"}.get(target.settings.family)
    kind = kind or f"TEMPORARY TABLE {stage}{_stage_index(target, keys)}"
    if target.settings.family == "sqlite":  # to which a name in quotes is a text, where no column is called so
        columns, table = ", ".join(f"t.{name}" for name in target.quoted), f"{table} AS t"
    return f"CREATE {kind} AS SELECT {columns} FROM {table} WHERE 1 = 0"  # noqa: S608 - quoted


def _stage_index(target: Target, keys: list[str]) -> str:
    """Without it MariaDB compares each row with each, where the key of the table has no index. A key of long texts cannot have one."""
    kinds = [kind for kind, name in zip(target.types(), target.quoted, strict=True) if name in keys]
    fits = sum(kind[3] for kind in kinds) <= 3000 and not any(249 <= kind[1] <= 252 for kind in kinds)
    return f" (INDEX workflow_key ({', '.join(keys)}))" if fits else ""


def _drop_stage(target: Target, stage: str) -> None:
    target.run("DROP", f"DROP {'TEMPORARY ' if target.settings.family == 'mysql' else ''}TABLE {stage}")


def _with_keys(batches: Iterable[Batch], keys: list[str], places: list[int]) -> Iterator[Batch]:
    for batch in batches:
        if any(row[at] is None for at in places for row in batch):
            raise ValueError(f"a row has no {' and '.join(keys)}: a key cannot be NULL")
        yield batch


def _refuse_twins(stage: Target, keys: list[str], quoted: list[str]) -> None:
    """Two rows with one key, as the database compares them: `a` and `A` are one key where it says so."""
    groups = f"SELECT 1 AS one FROM {stage.table} GROUP BY {', '.join(quoted)} HAVING COUNT(*) > 1"  # noqa: S608 - quoted
    sql = stage.escaped(f"SELECT COUNT(*) FROM ({groups}) AS twins")  # noqa: S608 - quoted
    if stage.connection.exec_driver_sql(sql, execution_options=TOLD).scalar():
        raise ValueError(f"two rows have the same {' and '.join(keys)}")


def _update(target: Target, stage: str, keys: list[str]) -> str:
    """Change the rows that are there and differ; empty if the table has nothing but its key."""
    others = [name for name in target.quoted if name not in keys]
    if not others:
        return ""
    family, same_key = target.settings.family, " AND ".join(f"t.{key} = s.{key}" for key in keys)
    where, side = _differs(target, others), "t." if family == "mysql" else ""
    changes = ", ".join(f"{side}{name} = s.{name}" for name in others)
    if family == "mysql":
        return f"UPDATE {target.table} AS t JOIN {stage} AS s ON {same_key} SET {changes} WHERE {where}"  # noqa: S608 - quoted
    if family == "mssql":
        source = f"{target.table} AS t WITH (UPDLOCK, HOLDLOCK) JOIN {stage} AS s ON {same_key}"
        return f"UPDATE t SET {changes} FROM {source} WHERE {where}"  # noqa: S608 - quoted
    return f"UPDATE {target.table} AS t SET {changes} FROM {stage} AS s WHERE {same_key} AND ({where})"  # noqa: S608 - quoted


def _differs(target: Target, names: list[str]) -> str:
    """Whether two rows differ in any way: in case, in blanks at the end, in NULL."""
    family, kinds = target.settings.family, dict(zip(target.quoted, target.types(), strict=True))
    if family == "sqlite":
        return " OR ".join(f"t.{name} IS NOT s.{name}" for name in names)
    if family == "mysql":
        form = {name: "" if kinds[name][1] in _NUMBERS else "BINARY " for name in names}
        return " OR ".join(f"NOT ({form[name]}t.{name} <=> {form[name]}s.{name})" for name in names)
    if family == "postgresql":  # types that cannot be compared, such as json, as text
        form = {name: "" if kinds[name].type_code in BINARY else "::text" for name in names}
        return " OR ".join(f"t.{name}{form[name]} IS DISTINCT FROM s.{name}{form[name]}" for name in names)
    left, right = (", ".join(_exactly(f"{side}.{name}", kinds[name][1]) for name in names) for side in "ts")
    return f"EXISTS (SELECT {left} EXCEPT SELECT {right})"


def _exactly(column: str, kind: type) -> str:
    return f"CAST(CAST({column} AS nvarchar(max)) AS varbinary(max))" if kind is str else column


def _insert_missing(target: Target, stage: str, keys: list[str]) -> str:
    names, family = ", ".join(target.quoted), target.settings.family
    same_key = " AND ".join(f"t.{key} = s.{key}" for key in keys)
    if family == "sqlite":  # makes itself an index for a join where the key has none, and for nothing else
        named = ", ".join(f"s.{name}" for name in target.quoted)
        joined = f"{stage} AS s LEFT JOIN {target.table} AS t ON {same_key}"
        return f"INSERT INTO {target.table} ({names}) SELECT {named} FROM {joined} WHERE t.{keys[0]} IS NULL"  # noqa: S608 - quoted
    if family == "mysql":  # which would look through the table for each row, where the key has no index
        key, there = ", ".join(keys), " AND ".join(f"{key} IS NOT NULL" for key in keys)
        missing = f"({key}) NOT IN (SELECT {key} FROM {target.table} WHERE {there})"  # noqa: S608 - quoted
    else:
        hint = " WITH (UPDLOCK, HOLDLOCK)" if family == "mssql" else ""
        missing = f"NOT EXISTS (SELECT 1 FROM {target.table} AS t{hint} WHERE {same_key})"  # noqa: S608 - quoted
    return f"INSERT INTO {target.table} ({names}) SELECT {names} FROM {stage} AS s WHERE {missing}"  # noqa: S608 - quoted
