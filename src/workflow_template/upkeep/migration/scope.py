"""Which names a module, class or function binds, and to what."""

from __future__ import annotations

import ast


class Scope:
    """The names that a module, class or function binds; None for those whose value is not one expression."""

    def __init__(self, parent: Scope | None = None, kind: str = "module") -> None:
        self.parent, self.kind = parent, kind
        self.names: dict[str, ast.expr | None] = {}
        self.attributes: dict[str, ast.expr | None] = {}

    def bind(self, name: str, value: ast.expr | None) -> None:
        self.names[name] = None if name in self.names else value

    def bind_attribute(self, name: str, value: ast.expr | None) -> None:
        owner = self.owner()
        if owner:
            owner.attributes[name] = None if name in owner.attributes else value

    def owner(self) -> Scope | None:
        """The class that this scope lies in."""
        return self if self.kind == "class" else self.parent.owner() if self.parent else None

    def find(self, name: str) -> tuple[ast.expr | None, Scope]:
        """The expression that *name* stands for here, and the scope it was written in."""
        scope: Scope | None = self
        while scope:
            if name in scope.names and (scope is self or scope.kind != "class"):
                return scope.names[name], scope
            scope = scope.parent
        return None, self

    def find_attribute(self, name: str) -> tuple[ast.expr | None, Scope]:
        owner = self.owner()
        if owner is None:
            return None, self
        return (owner.attributes[name] if name in owner.attributes else owner.names.get(name)), owner
