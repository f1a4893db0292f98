"""The errors a user of the toolbox can meet; `cli.main` prints them in one line and decides the exit code."""


class ToolError(Exception):
    """Something the user can act on: the message says what happened, to what, and what to do next."""


class UsageError(ToolError):
    """The command line asks for what does not go together, or a value that an option does not take."""
