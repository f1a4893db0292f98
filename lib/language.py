"""What the screen says, in another language: a file of sentences on flash (docs/FORMATS.md)."""

from micropython import const

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Iterator

    import uio

    from files import Files

SUFFIX = '.words'
AUTO, ENGLISH = 'auto', 'en'  # of the setting; any other value is the name of a file
_KEPT = const(24)  # sentences: a menu and what is around it
_PIECE_BYTES = const(512)  # read at once: SPIFFS gives a line byte by byte, and the heap may have no 8 KB
_PIECES = const(16)  # of a file
_OPEN = const(37)  # %: a pattern that begins with any text


class Language:
    """Sentences of one file; without a file they stay as they are."""

    def __init__(self, files: 'Files') -> None:
        self._files = files
        self._name = None  # type: str | None  # of the file
        self._kept = {}  # type: dict[str, str]  # what was looked up

    def use(self, language: str) -> None:
        """Speak the language of this name, if it is there; AUTO: the one that is there."""
        there = [name for name in self._files.names() if name.endswith(SUFFIX)]
        wanted = there if language == AUTO else [name for name in there if name == language + SUFFIX]
        self._name = wanted[0] if wanted and language != ENGLISH else None
        self._kept.clear()

    def say(self, text: str) -> str:
        """A sentence in this language, or as it is when the file does not have it."""
        if not self._name or not text:
            return text
        if text not in self._kept:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            try:
                self._kept[text] = self._look_up(text) or self._halves(text)
            except MemoryError:
                return text  # no room now: English until the next time
            except (OSError, UnicodeError):  # gone or damaged: do not ask in each turn
                self._kept[text] = text
        return self._kept[text]

    def _halves(self, text: str) -> str:
        """Two sentences in a row."""
        at = text.find('. ')
        if at < 0:
            return text
        first, second = text[:at], text[at + 2 :]
        between = self._look_up('. ') or '. '
        return (self._look_up(first) or first) + between + (self._look_up(second) or second)

    def _look_up(self, text: str) -> 'str | None':
        first = text.encode()[0]
        with self._files.open(str(self._name), 'rb') as file:
            for line in _lines(file):
                if line and line[0] in (first, _OPEN):  # to look closer takes 80,000 instructions a line
                    found = _translated(line, text)
                    if found:
                        return found
        return None


def _lines(file: 'uio.FileIO') -> 'Iterator[bytes]':
    rest = b''
    for _ in range(_PIECES):
        piece = file.read(_PIECE_BYTES)
        lines = (rest + piece).split(b'\n')
        rest = lines.pop() if piece else b''
        yield from lines
        if not piece:
            return


def _translated(line: bytes, text: str) -> str:
    """What a line of the file makes of a text; '' when it is about another one."""
    pattern, _, translation = line.decode().strip('\r').partition('\t')
    values = matched(pattern, text)
    return '' if values is None else filled(translation, values)


def matched(pattern: str, text: str) -> 'list[str] | None':
    """What stands in the text for each %s and %d of the pattern; None when the text is another one."""
    literals = pattern.replace('%d', '%s').split('%s')
    if len(literals) == 1:
        return [] if text == pattern else None
    if not text.startswith(literals[0]):
        return None
    values, at = [], len(literals[0])
    for literal in literals[1:-1]:
        end = text.find(literal, at)
        if end < 0:
            return None
        values.append(text[at:end])
        at = end + len(literal)
    end = len(text) - len(literals[-1])
    if end < at or not text.endswith(literals[-1]):
        return None
    return values + [text[at:end]]


def filled(translation: str, values: 'list[str]') -> str:
    """The translation, with the values where it says %1, %2, %3."""
    pieces = translation.split('%')
    text = pieces[0]
    for piece in pieces[1:]:
        number = int(piece[:1]) if piece[:1] in ('1', '2', '3') else 0
        text += values[number - 1] + piece[1:] if 0 < number <= len(values) else '%' + piece
    return text
