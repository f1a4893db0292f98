"""Reads scenario files into statements: every word is known, and nothing of it is done yet.

Runs under CPython and MicroPython.
"""

from madeleine.errors import ToolError
from madeleine.sim.scenario.arguments import whole
from madeleine.sim.scenario.expectations import EXPECTATIONS
from madeleine.sim.scenario.statements import WORDS

TYPE_CHECKING = False  # MicroPython has no typing
if TYPE_CHECKING:
    from collections.abc import Callable

# A scenario may come from anybody: what it can ask for has an end.
INCLUDED_MOST, INCLUDED_DEEP_MOST = 100, 8  # files, and how deep in each other
STATEMENTS_MOST, TIMES_MOST = 20_000, 1000
DIGITS = '0123456789'  # MicroPython has no isdecimal
BRIEF_CHARS, REASON_CHARS = 120, 1000  # of a statement and of a reason that an error repeats


class ScenarioError(ToolError):
    """A statement that cannot be done, or an expectation that was not met: 'file:line: what, but what'."""


class Statement:
    """One line of a scenario."""

    def __init__(self, place: str, word: str, argument: str) -> None:
        self.place = place  # 'file:line'
        self.word = word
        self.argument = argument

    def __str__(self) -> str:
        return (self.word + ' ' + self.argument).strip()

    def brief(self) -> str:
        """Itself, or its beginning."""
        text = str(self)
        return text if len(text) <= BRIEF_CHARS else text[:BRIEF_CHARS] + '...'

    def error(self, text: str) -> ScenarioError:
        return ScenarioError(f'{self.place}: {text[:REASON_CHARS]}')


def parse(name: str, read: "Callable[[str], str]") -> list[Statement]:
    """The statements of the scenario file `name`; ScenarioError names the line.

    `read(name)` gives a file's text, or raises ValueError for a file that a scenario may not have.
    """
    parser = _Parser(read)
    parser.file(name, 0)
    return parser.statements


class _Parser:
    """Reads a scenario and what it includes: nothing of it is done yet, but every word is known."""

    def __init__(self, read: "Callable[[str], str]") -> None:
        self.statements: list[Statement] = []
        self._read = read
        self._files = 0

    def file(self, name: str, deep: int) -> None:
        self._files += 1
        if self._files > INCLUDED_MOST or deep > INCLUDED_DEEP_MOST:
            raise ValueError(f'more than {INCLUDED_MOST} files, or {INCLUDED_DEEP_MOST} in each other')
        for number, line in enumerate(self._read(name).split('\n')):
            line = line.strip()
            if line and line[0] != '#':
                place = Statement(f'{name}:{number + 1}', '', '')
                try:
                    self._line(place, name, line, deep)
                except ValueError as error:
                    raise place.error(f'{line[:BRIEF_CHARS]}: {error}') from error

    def _line(self, place: Statement, name: str, line: str, deep: int) -> None:
        word, _, argument = line.partition(' ')
        times = 1
        if word[0] == 'x' and word[1:] and not word[1:].strip(DIGITS):
            times = whole(word[1:], 1, TIMES_MOST)
            word, _, argument = argument.strip().partition(' ')
        argument = argument.strip()
        if word == 'include':
            folder = name.rpartition('/')[0]
            self.file(folder + '/' + argument if folder else argument, deep + 1)
            return
        table, asked = (EXPECTATIONS, argument.split(' ')[0]) if word == 'expect' else (WORDS, word)
        if asked not in table:
            words = ' '.join(sorted(table))
            raise place.error(f'no {asked[:BRIEF_CHARS]!r} in this language; there are {words}')
        if len(self.statements) + times > STATEMENTS_MOST:
            raise ValueError(f'a scenario has {STATEMENTS_MOST} statements at most')
        self.statements += [Statement(place.place, word, argument)] * times
