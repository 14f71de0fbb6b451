"""A call, with what its parts are worth."""

from __future__ import annotations

import ast

from workflow_template.standards.sqlflow.module import name_of, root_of
from workflow_template.standards.sqlflow.reader import Reader
from workflow_template.standards.sqlflow.values import Value


class Call:
    """*base* is what a method belongs to; *owner* is what that, or the name of a function, is worth."""

    def __init__(
        self, reader: Reader, node: ast.Call, name: str, base: ast.expr | None, owner: Value, args: list[Value], words: dict[str, Value]
    ) -> None:
        self.reader, self.node, self.name, self.base, self.owner, self.args, self.words = reader, node, name, base, owner, args, words

    @property
    def all(self) -> list[Value]:
        return [*self.args, *self.words.values()]

    @property
    def origin(self) -> str:
        """The first part of the name of the module or object that it comes from."""
        if self.base is not None:
            return root_of(self.base)
        return self.reader.module.imports.get(self.name, "").split(".")[0]

    @property
    def receiver(self) -> str:
        """The name of what the method is called on: `cursor` for `self.cursor.execute`, `connect` for `connect().execute`."""
        return name_of(self.base) or root_of(self.base) if self.base is not None else self.name
