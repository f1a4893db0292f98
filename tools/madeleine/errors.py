"""The errors a user of the toolbox can meet; `cli.main` prints them in one line and exits with 1."""


class ToolError(Exception):
    """Something the user can act on: the message says what happened, to what, and what to do next."""
