"""The one error that is the user's to mend; anything else that is raised is our bug."""


class UserError(Exception):
    """A mistake the user can mend: *problem* names the place and what is wrong, *hint* the next step."""

    exit_code = 1

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.problem}\n  hint: {self.hint}" if self.hint else self.problem
