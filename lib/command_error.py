"""The refusal of what a card, a button or a host asks for."""


class CommandError(Exception):
    """A refusal: a short code for machines, a sentence for people, and the host's mark of the request if it had one."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.id = None  # type: str | int | None
