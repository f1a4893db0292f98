"""Where the thing is that the camera sees. Loads heat.py while somebody wants to know, and keeps its aim."""

import sys

from micropython import const

_TYPING = const(0)
if _TYPING:
    from collections.abc import Callable

    from engines import Buffer, Query
    from examples import Examples
    from heat import Adder, Heat
    from search import Match

_AIM_EVERY = const(8)  # frames: an aim costs three times as much as a look, and examples of one name tell much the same
_MODULES = ('heat', 'means', 'glow')


class Where:
    """The heat of what is seen, frame by frame, while it is wanted."""

    def __init__(self, examples: 'Examples') -> None:
        self._examples = examples
        self.heat = None  # type: Heat | None  # while it is wanted
        self.every = 1  # frames, as the sums are fast or slow
        self._model, self._upside_down = '', False
        self._last_map = None  # type: Buffer | None
        self._sums = None  # type: Callable[[], Adder] | None
        self._aim = ('', 0)  # type: tuple[str | None, int]  # label (None: what is odd), revision of the examples
        self._index = 0  # of the example aimed at
        self._looks = 0  # since

    def start(self, model: str, last_map: 'Buffer | None', upside_down: bool, sums: 'Callable[[], Adder]') -> None:
        """The model is known now, and where its last map always is; None if it gives none. sums: of vision.py."""
        self._model, self._last_map, self._upside_down, self._sums = model, last_map, upside_down, sums

    def possible(self) -> bool:
        """Does the model give a map?"""
        return self._last_map is not None

    def find(self, name: 'str | None', match: 'Match') -> 'Heat | None':
        """Where `name` is in this frame, whose nearest example is `match`; None if nobody can know."""
        if not name or self._last_map is None:
            return None
        aim = name, self._examples.revision
        if match.label == name and (aim != self._aim or (match.index != self._index and self._looks >= _AIM_EVERY)):
            self._aim_at(match.index, name)
        elif aim != self._aim:
            return None
        self._looks += 1
        if self.heat:
            self.heat.look(self._last_map)
        return self.heat

    def find_odd(self, query: 'Query', index: int) -> 'Heat | None':
        """What in this frame makes its view differ from an example: z . (p - q); None without a map."""
        if self._last_map is None:
            return None
        if not self.heat or self._aim[0] is not None or self._looks >= _AIM_EVERY:
            from heat import as_mean

            examples = self._examples
            mean = as_mean(examples.vectors[index], examples.norms[index])
            self._warm().aim(query.vector, query.norm, mean)
            self._aim, self._looks = (None, 0), 0
        self._looks += 1
        self._warm().look(self._last_map)
        return self.heat

    def _warm(self) -> 'Heat':
        from heat import Heat

        if not self.heat:
            sums = self._sums()  # type: ignore[misc]  # there is one with a map
            self.heat, self.every = Heat(sums, self._upside_down), sums.every
        return self.heat

    def _aim_at(self, index: int, name: str) -> None:
        from means import mean_of

        del sys.modules['means']  # its texts are 4 KB
        examples = self._examples
        mean = mean_of(self._model, examples, name)
        self._warm().aim(examples.vectors[index], examples.norms[index], mean)
        self._aim, self._index, self._looks = (name, examples.revision), index, 0

    def rest(self) -> None:
        """Nobody wants to know any more: give the memory back."""
        if self.heat:
            self.heat, self._aim = None, ('', 0)
            for name in _MODULES:
                sys.modules.pop(name, None)
