"""What the scripts about the app's logic share: how values are printed, so that they look the same on every Python.

Written in the board's dialect. Text, whole numbers and bytes only: floats and dicts print differently.
"""

import ubinascii

import command
import command_error
import features
import store

MODEL = b'89abcdef'


def text(value):
    """A value as text that looks the same everywhere."""
    if isinstance(value, (tuple, list)):
        return '(' + ', '.join([text(item) for item in value]) + ')'
    if isinstance(value, (bytes, bytearray)):
        return ubinascii.hexlify(value).decode()
    return str(value)


def tell(*values):
    print(' '.join([text(value) for value in values]))


def attempt(what, call, *arguments):
    """Tell what a call returns or refuses."""
    try:
        tell(what, call(*arguments))
    except (command_error.CommandError, store.StoreError) as error:
        tell(what, 'refused', error.code, error)


class Noise:
    """The random generator of the ZX81, whose numbers stay small everywhere."""

    def __init__(self, seed):
        self._state = seed

    def below(self, limit):
        self._state = self._state * 75 % 65537
        return self._state % limit

    def vector(self):
        """As features come out of a network: many zeros, few great ones."""
        return bytearray([max(0, self.below(180) - 60) for _ in range(features.LENGTH)])

    def near(self, vector):
        return bytearray([min(features.TOP, max(0, value + self.below(7) - 3)) for value in vector])


def compare(a, b):
    """What the firmware's kpu.face_compare computes."""
    products = norm_a = norm_b = 0
    for x, y in zip(a, b):
        products += x * y
        norm_a += x * x
        norm_b += y * y
    return 50 + 50 * products / (norm_a * norm_b) ** 0.5


def vectors(count):
    return [bytearray(features.LENGTH) for _ in range(count)]
