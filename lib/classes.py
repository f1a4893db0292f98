"""Which class button A teaches: the selected one, the next, a new one."""

from micropython import const

_TYPING = const(0)
if _TYPING:
    from examples import Examples


class Classes:
    """The classes of the examples, and the one that is selected."""

    def __init__(self, examples: 'Examples') -> None:
        self._examples = examples
        self._selected = None  # type: str | None  # the first class

    def select(self, label: 'str | None') -> None:
        """Select a class, which may have no examples yet; None: the first one."""
        self._selected = label

    def forget(self, label: str) -> None:
        """A class that went is not selected any more."""
        if self._selected == label:
            self._selected = None

    def rename(self, label: str, new: str) -> None:
        """A class has another name."""
        if self._selected == label:
            self._selected = new

    def labels(self) -> 'list[str]':
        """Every class, without the ignored views."""
        return [label for label in self._examples.labels if label]

    def current(self) -> str:
        """The class that button A teaches: the selected one, else the first, else "A"."""
        if self._selected:
            return self._selected
        for label in self._examples.labels:
            if label:
                return label
        return 'A'

    def following(self) -> str:
        """The class after the current one; after the last a new one."""
        labels = self.labels()
        label = self.current()
        if label not in labels:
            return labels[0] if labels else label
        after = labels.index(label) + 1
        return labels[after] if after < len(labels) else _new(labels)


def _new(labels: 'list[str]') -> str:
    """The first of A, B, ... Z, A1, B1 ... that no class has."""
    n = 0
    while True:
        label = chr(65 + n % 26) + (str(n // 26) if n >= 26 else '')
        if label not in labels:
            return label
        n += 1
