"""Every setting: its name, its value at first, the values it may have, and the next one in the menu."""

from micropython import const

from characters import codes
from constants import USUAL_LIMIT

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Callable, Iterator


class Setting:
    """One setting. Values are text, as the store keeps them."""

    def __init__(
        self,
        name: str,
        default: str,
        menu: 'tuple[str, ...]',
        high: int = 0,
        key: 'str | None' = None,
        text_bytes: int = 0,
    ) -> None:
        self.name = name
        self.key = key or name  # under which the store and exports keep it
        self.default = default
        self._menu = menu  # its values there, in their order: all that it may have, but for
        self._high = high  # any whole number from 1 to this, or
        self.text_bytes = text_bytes  # any text of so many bytes at most

    def check(self, text: str) -> str:
        """The value that a text stands for; ValueError with the reason when the setting cannot have it."""
        if self._high:
            return str(whole(text, 1, self._high))
        if self.text_bytes:
            if len(text.encode()) > self.text_bytes or not sayable(text):
                raise ValueError('Text of at most %d bytes, please' % self.text_bytes)
        elif text not in self._menu:
            raise ValueError('One of: ' + ' '.join(self._menu))
        return text

    def allows(self, text: str) -> bool:
        """Can the setting have this value?"""
        try:
            return self.check(text) == text
        except ValueError:
            return False

    def after(self, value: str) -> str:
        """The value that the menu goes on to; the first one after the last."""
        if not self._high:
            return self._menu[(self._menu.index(value) + 1) % len(self._menu)]
        for candidate in self._menu:
            if int(candidate) > int(value):
                return candidate
        return self._menu[0]


LIMIT = 'limit'
GROVE = 'grove'
RULE = 'rule'
SOUND = 'sound'
BRIGHTNESS = 'brightness'
LINK = 'link'
UNIT = 'unit'
GAUGE = 'gauge'
WHERE = 'where'
LANGUAGE = 'language'
SCRATCH = 'scratch'
TURN = 'turn'
ON, OFF = 'on', 'off'
UPRIGHT, TURNED = '0', '180'  # degrees
BEEP, VOICE = 'beep', 'voice'  # of both, one alone
ALL, SURE = 'all', 'sure'  # answers
NEAREST, FIT = 'nearest', 'fit'  # rule.py
LINKS = ('json', 'brownie', 'husky', 'husky115200')
ID = 'id '  # with a number, a key whose value is the class that has this number (husky.py); no host can set it
HUSKY = {'husky': 9600, 'husky115200': 115200}  # values of `link` for HuskyLens's protocol on Grove: its speed
LIMIT_MAX = 9999  # no distance is as far with any model

SETTINGS = (
    # The first edition kept as `limit` what counted for distances of another kind: that has no effect any more.
    Setting(LIMIT, str(USUAL_LIMIT), ('50', '100', '150', '200', '250', '300', '400'), high=LIMIT_MAX, key='limit2'),
    Setting(SOUND, ON, (ON, OFF, BEEP, VOICE)),  # sounds.py
    Setting(BRIGHTNESS, '6', ('1', '2', '3', '4', '5', '6', '7', '8'), high=8),
    Setting(LINK, 'json', LINKS),
    Setting(GROVE, ALL, (ALL, SURE)),
    Setting(RULE, NEAREST, (NEAREST, FIT)),
    Setting(UNIT, '', (), text_bytes=8),  # of the gauge
    Setting(GAUGE, '', (), text_bytes=24),  # its name
    Setting(LANGUAGE, 'auto', ('auto', 'en', 'ja')),  # of the screen (language.py)
    Setting(SCRATCH, '5', ('1', '2', '5', '10', '30'), high=999),  # minutes that lessons of visitors last (visitors.py)
    Setting(WHERE, OFF, (OFF, ON)),  # whether a host hears where the thing is
    Setting(TURN, UPRIGHT, (UPRIGHT, TURNED)),  # how the camera is mounted
)


def whole(text: str, low: int, high: int) -> int:
    """The whole number that a text stands for; ValueError with the reason when it is not one from `low` to `high`."""
    digits = text[1:] if low < 0 and text.startswith('-') else text
    right = 0 < len(digits) < 6 and all([48 <= code < 58 for code in codes(digits)])
    if not right or not low <= int(text) <= high:
        raise ValueError('A whole number %d..%d, please' % (low, high))
    return int(text)


def sayable(text: str) -> bool:
    """Free of control characters and of halves of pairs (JSON can hold a lone \\ud83d, UTF-8 cannot)?"""
    return not any([code < 32 or 127 <= code < 160 or 0xD800 <= code < 0xE000 for code in codes(text)])


def named(name: str) -> Setting:
    """The setting of this name; KeyError without one."""
    for setting in SETTINGS:
        if setting.name == name:
            return setting
    raise KeyError(name)


def known(name: str) -> bool:
    """Is there a setting of this name?"""
    return any([setting.name == name for setting in SETTINGS])


def name_of(key: str) -> str:
    """The name of the setting that is kept under a key; the key itself of one that this edition does not know."""
    for setting in SETTINGS:
        if setting.key == key:
            return setting.name
    return key


def check_of(name: str) -> 'Callable[[str], str]':
    """The check of a setting's values; KeyError without such a setting."""
    return {setting.name: setting.check for setting in SETTINGS}[name]


class Settings:
    """The settings of one camera: what was set, in the order of setting, and the defaults of the rest."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._pairs = []  # type: list[list[str]]  # [key, value]: dicts have no order on the board
        self._values = {setting.name: setting.default for setting in SETTINGS}

    def set(self, key: str, value: str) -> None:
        """Set the one of this key. What this edition does not know or allow is kept for the store, without effect."""
        for setting in SETTINGS:
            if setting.key == key and setting.allows(value):
                self._values[setting.name] = value
        for pair in self._pairs:
            if pair[0] == key:
                pair[1] = value
                return
        self._pairs.append([key, value])

    def ids(self) -> 'Iterator[tuple[int, str]]':
        """Each number that was given, and its class."""
        for key, label in self._pairs:
            number = key[len(ID) :]
            if key.startswith(ID) and number.isdigit() and label:
                yield int(number), label

    def rename(self, label: str, new: str) -> None:
        """A class has a new name, which no other has: its number goes with it."""
        for pair in self._pairs:
            if pair[0].startswith(ID):
                pair[1] = new if pair[1] == label else '' if pair[1] == new else pair[1]

    def drop_ids(self) -> None:
        """No class is left that could have one."""
        self._pairs = [pair for pair in self._pairs if not pair[0].startswith(ID)]

    def value(self, name: str) -> str:
        """A setting's value; KeyError without such a setting."""
        return self._values[name]

    def pairs(self) -> 'list[list[str]]':
        """What was set, as [key, value]."""
        return self._pairs
