"""`modules`: drivers in the firmware; the RGB light only in the package of M5Stack."""

from madeleine.sim.world import world as _world

if _world.build.ws2812:

    class ws2812:
        """A chain of RGB lights; the UnitV has one."""

        def __init__(self, led_pin, led_num):
            self._pin = led_pin
            self._colors = [(0, 0, 0)] * led_num

        def set_led(self, index, color):
            self._colors[index] = tuple(color)

        def display(self):
            if self._pin == _world.board.rgb_led:
                _world.ws2812 = self._colors[0]
