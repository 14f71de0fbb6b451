"""CHECK constraints: what they ask of each column, so that values can be made to fit, and whether rows pass.

A constraint becomes branches, any one of which is enough; a branch is a list of demands, all of which must hold:
`status <> 'sent' OR sent_at IS NOT NULL` has two branches of one demand each. sqlglot parses; where it is not installed, or where an
expression is beyond us, the constraint is left to the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from .chance import Array, np
from .facts import Values
from .shapes import ORDERED, Check, Table

try:
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError

    from .evaluate import Evaluator, searched
    from .terms import NotUnderstood
except ImportError as error:  # pragma: no cover - the tests hide it in a process of its own
    if error.name != "sqlglot":
        raise
    parse_one = None  # type: ignore[assignment]

_DIALECTS = {"postgresql": "postgres", "mssql": "tsql", "mysql": "mysql", "sqlite": "sqlite"}
_MOST_BRANCHES = 64


@dataclass(frozen=True)
class Condition:
    """A CHECK that is understood."""

    check: Check
    tree: Any
    table: Table
    now: int
    once: tuple[str, ...] = ()  # of these columns, one row for each value may break it

    @property
    def label(self) -> str:
        """The constraint as an error names it."""
        if self.once:
            return f"{self.check.name} {self.check.sql}"
        return f"CHECK {self.check.name + ' ' if self.check.name else ''}({self.check.sql})"

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that it speaks of."""
        found = {name.name.lower() for name in self.tree.find_all(exp.Column)}
        return tuple(column.name for column in self.table.columns if column.name.lower() in found)

    @property
    def computes(self) -> bool:
        """Whether it does arithmetic, which the largest numbers of a type do not survive."""
        return self.tree.find(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod) is not None

    @cached_property
    def branches(self) -> list[list[Any]]:
        """Each branch as its demands."""
        return _branches(self.tree)

    def passes(self, done: Mapping[str, Values], count: int) -> Array:
        """Which rows it lets in."""
        return np.broadcast_to(Evaluator(self.table, done, self.now).passes(self.tree), (count,))

    @cached_property
    def evaluable(self) -> bool:
        """Whether we can tell which rows it lets in."""
        try:
            self.passes(_probe(self.table), 1)
        except (NotUnderstood, TypeError, ValueError, AttributeError, KeyError, IndexError):
            return False
        return True


def parse(check: Check, table: Table, now: int) -> Condition | None:
    """Parse a constraint; None if that cannot be done."""
    if parse_one is None:
        return None
    try:
        statement = parse_one(f"SELECT ({check.sql})", dialect=_DIALECTS.get(table.dialect))  # alone, "comment > 0" would be a command
        tree = _without_computed(statement.selects[0], table).transform(_as_pattern)
        return Condition(check, _plain(tree, False), table, now)
    except (SqlglotError, AttributeError, IndexError):
        return None


def _as_pattern(node: Any) -> Any:
    """PostgreSQL keeps `SIMILAR TO` as a regular expression that it makes from the pattern; `PATINDEX(…) = 0` is `NOT LIKE`."""
    place = node.this if isinstance(node, (exp.EQ, exp.GT)) else None
    if isinstance(place, exp.Anonymous) and place.name.lower() == "patindex" and node.expression.unnest().name == "0":
        like = exp.Like(this=place.expressions[1], expression=place.expressions[0])
        return exp.Not(this=like) if isinstance(node, exp.EQ) else like
    made = isinstance(node, exp.RegexpLike) and isinstance(node.expression, exp.Anonymous)
    if made and node.expression.name.lower() == "similar_to_escape":
        return exp.SimilarTo(this=node.this, expression=node.expression.expressions[0])
    return node


def _without_computed(tree: Any, table: Table) -> Any:
    """The expressions of computed columns instead of their names."""
    computed = {name.lower(): sql for name, sql in table.computed}
    if not computed:
        return tree

    def inlined(node: Any) -> Any:
        if not isinstance(node, exp.Column) or node.name.lower() not in computed:
            return node
        statement = parse_one(f"SELECT ({computed[node.name.lower()]})", dialect=_DIALECTS.get(table.dialect))
        return statement.selects[0]

    return tree.transform(inlined)


def partial_keys(table: Table, now: int) -> list[Condition]:
    """For each unique key of a part of the rows, that a row is none of them: that is asked of all rows but one for each key."""
    parsed = [(key, parse(Check(f"UNIQUE ({', '.join(key.columns)}) WHERE", f"NOT ({key.where})"), table, now)) for key in table.partial]
    return [replace(condition, once=key.columns) for key, condition in parsed if condition and condition.evaluable]


def _probe(table: Table) -> dict[str, Values]:
    """One row, to see whether a constraint can be evaluated at all."""
    whole, text = np.zeros(1, dtype=np.int64), np.array([""], dtype=object)
    return {column.name: Values(whole if column.kind in ORDERED else text, np.zeros(1, dtype=bool)) for column in table.columns}


def _plain(node: Any, negated: bool) -> Any:
    """Push NOT down to the comparisons, and drop brackets."""
    if isinstance(node, exp.Paren):
        return _plain(node.this, negated)
    if isinstance(node, exp.Not):
        return _plain(node.this, not negated)
    if isinstance(node, (exp.And, exp.Or)):
        kind = (exp.Or if isinstance(node, exp.And) else exp.And) if negated else type(node)
        return kind(this=_plain(node.this, negated), expression=_plain(node.expression, negated))
    if negated and isinstance(node, exp.Between):
        below = exp.LT(this=node.this.copy(), expression=node.args["low"].copy())
        return exp.Or(this=below, expression=exp.GT(this=node.this.copy(), expression=node.args["high"].copy()))
    if isinstance(node, (exp.Case, exp.If)) and not negated and _all_conditions(searched(node)):
        return _case(searched(node))
    if isinstance(node, exp.Between) and not negated and not isinstance(node.this, exp.Column):
        least = exp.GTE(this=node.this.copy(), expression=node.args["low"].copy())
        return exp.And(this=least, expression=exp.LTE(this=node.this.copy(), expression=node.args["high"].copy()))
    if isinstance(node, (exp.EQ, exp.NEQ, exp.Xor)) and all(_is_truth(side) for side in (node.this, node.expression)):
        return _both_or_neither(node.this, node.expression, isinstance(node, exp.EQ) ^ negated)
    opposite = _OPPOSITES.get(type(node))
    if negated and opposite and not isinstance(node.expression, exp.Any):
        return opposite(this=node.this.copy(), expression=node.expression.copy())
    return exp.Not(this=node.copy()) if negated else node.copy()


def _is_truth(node: Any) -> bool:
    while isinstance(node, exp.Paren):
        node = node.this
    return isinstance(node, (exp.Predicate, exp.Connector, exp.Not)) and not isinstance(node, exp.SubqueryPredicate)


def _both_or_neither(left: Any, right: Any, alike: bool) -> Any:
    """`(a) = (b)` of two conditions as `a AND b OR NOT a AND NOT b`."""
    one = exp.And(this=_plain(left, False), expression=_plain(right, not alike))
    return exp.Or(this=one, expression=exp.And(this=_plain(left, True), expression=_plain(right, alike)))


def _all_conditions(node: Any) -> bool:
    results = [each.args["true"] for each in node.args["ifs"]] + [node.args.get("default")]
    return not any(isinstance(each, (exp.Literal, exp.Column, exp.Null)) for each in results if each)


def _case(node: Any) -> Any:
    """`CASE WHEN a THEN b ELSE c END` as `a AND b OR NOT a AND c`."""
    rest = _plain(node.args["default"], False) if node.args.get("default") else exp.true()
    for each in reversed(node.args["ifs"]):
        yes = exp.And(this=_plain(each.this, False), expression=_plain(each.args["true"], False))
        unmet = exp.Or(this=_plain(each.this, True), expression=_missing(each.this))
        rest = exp.Or(this=yes, expression=exp.And(this=unmet, expression=rest))
    return rest


def _missing(node: Any) -> Any:
    """One of the columns of a condition is NULL: then it is neither true nor false."""
    found: Any = exp.false()
    for column in node.find_all(exp.Column):
        found = exp.Or(this=found, expression=exp.Is(this=column.copy(), expression=exp.Null()))
    return found


_OPPOSITES: dict[Any, Any] = (
    {} if parse_one is None else {exp.EQ: exp.NEQ, exp.NEQ: exp.EQ, exp.GT: exp.LTE, exp.LTE: exp.GT, exp.LT: exp.GTE, exp.GTE: exp.LT}
)


def _branches(node: Any) -> list[list[Any]]:
    if isinstance(node, exp.Or):
        found = _branches(node.this) + _branches(node.expression)
    elif isinstance(node, exp.And):
        found = [left + right for left in _branches(node.this) for right in _branches(node.expression)]
    else:
        return [] if isinstance(node, exp.Boolean) and not node.this else [[node]]
    return found if 0 < len(found) <= _MOST_BRANCHES else [[node]]
