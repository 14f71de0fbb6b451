"""Arithmetic in CHECK constraints, as the database computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from .chance import np
from .moments import in_days, shifted
from .terms import NotUnderstood, Term

if TYPE_CHECKING:
    from .evaluate import Evaluation, Evaluator

_WHOLE = 9e18


def _arithmetic(operate: Callable[[Any, Any], Any]) -> Evaluation:
    def evaluate(self: Evaluator, node: exp.Expression) -> Term:
        left, right = self.term(node.this), self.term(node.expression)
        if "text" in (left.kind, right.kind):
            raise NotUnderstood(node.sql())
        span = isinstance(node, exp.Sub) and left.kind == right.kind == "moment" and not _is_interval(node.expression)
        if isinstance(node, (exp.Add, exp.Sub)):
            left, right = shifted(self, node, left, right)
        with np.errstate(all="ignore"):
            data = self.in_range(node, _without_overflow(operate, left.data, right.data))
        kind = "moment" if "moment" in (left.kind, right.kind) else "number"
        term = Term(data, np.logical_or(left.null, right.null), kind)
        return in_days(self, node, term) if span else term

    return evaluate


def _is_interval(node: exp.Expression) -> bool:
    while isinstance(node, (exp.Paren, exp.Neg, exp.Mul)):
        node = node.this
    return isinstance(node, exp.Interval) or (isinstance(node, exp.Cast) and node.args["to"].this.name == "INTERVAL")


def _without_overflow(operate: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """Whole numbers as long as 64 bits hold them, else floating point."""
    exact, rough = operate(left, right), operate(np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64))
    return exact if np.all(np.abs(rough) < _WHOLE) else rough


def _divided(self: Evaluator, node: exp.Expression) -> Term:
    found = _arithmetic(_divide)(self, node)
    if not self.exact:
        return found
    whole = np.logical_and(_is_whole(self, node.this), _is_whole(self, node.expression))
    return Term(np.where(whole, np.trunc(found.data), found.data), found.null, "number") if np.any(whole) else found


def _is_whole(self: Evaluator, node: exp.Expression) -> Any:
    """Where SQLite holds a whole number: of a NUMERIC column every value without a fraction."""
    if isinstance(node, (exp.Paren, exp.Neg)):
        return _is_whole(self, node.this)
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul, exp.Div)):
        return np.logical_and(_is_whole(self, node.this), _is_whole(self, node.expression))
    if isinstance(node, exp.Column) and self.column(node).kind in ("int", "bool", "decimal"):
        term = self.term(node)
        return np.asarray(term.data) == np.trunc(term.data)
    return isinstance(node, exp.Literal) and not node.is_string and node.this.isdigit()


def _divide(left: Any, right: Any) -> Any:
    if all(np.asarray(side).dtype.kind == "i" for side in (left, right)) and np.all(np.asarray(right) != 0):
        return np.sign(left) * np.sign(right) * (np.abs(left) // np.abs(right))
    return np.asarray(left) / right


ARITHMETIC: dict[type, Evaluation] = {
    exp.Add: _arithmetic(lambda left, right: left + right),
    exp.Sub: _arithmetic(lambda left, right: left - right),
    exp.Mul: _arithmetic(lambda left, right: left * right),
    exp.Div: _divided,
    exp.IntDiv: _arithmetic(lambda left, right: np.trunc(np.asarray(left) / right)),
    exp.Mod: _arithmetic(np.fmod),
}
