"""One row a board: pins, and what they reach. A part that is None is not on the board.

Pins: the M5StickV's from the frozen board.py of its firmware and from Brownie, the UnitV's buttons from programs,
the Maix row from its maker's documents. The last two were seen neither on a board nor on an emulator.
"""


class Profile:
    def __init__(
        self,
        name: str,
        buttons: 'tuple[int, int | None]',
        leds: 'tuple[int, int, int] | None',
        ws2812: 'int | None',
        speaker: 'tuple[int, int, int, int] | None',
        grove: 'tuple[int, int] | None',
        power: 'tuple[int, int] | None',
        screen: 'tuple[int, int, int, bool] | None',
        turned: bool,
    ) -> None:
        self.name = name
        self.buttons = buttons  # pins of A and B, pulled up, 0 when pressed; B may be None
        self.leds = leds  # pins of red, green, blue; 0 is lit
        self.ws2812 = ws2812  # pin of one RGB LED on a data line
        self.speaker = speaker  # pins of enable, data, bit clock, word clock (I2S0)
        self.grove = grove  # pins of TX, RX
        self.power = power  # pins of SCL, SDA to the AXP192
        self.screen = screen  # (width_px, height_px, rotation, lcd.init(type=) differs from build to build)
        self.turned = turned  # the camera is mounted upside down: both flips, or QR codes are mirrored and unreadable


AXP192_PINS = (28, 29)  # SCL, SDA
M5STICKV = Profile(
    'M5StickV', (36, 37), (6, 9, 8), None, (25, 17, 15, 14), (35, 34), AXP192_PINS, (240, 135, 2, True), False
)
UNITV = Profile('UnitV', (18, 19), None, 8, None, (35, 34), None, None, True)
MAIX = Profile('Maix', (16, None), (13, 12, 14), None, None, None, None, (320, 240, 0, False), False)
A_PINS = M5STICKV.buttons[0], UNITV.buttons[0], MAIX.buttons[0]


def choose(m5_pins: bool, power_chip: bool) -> Profile:
    """The profile of a board whose firmware knows M5Stack's pins (or not), and whose power chip answers (or not).

    Both cameras of M5Stack run the same firmware; only the M5StickV has the chip (Brownie tells them apart like this).
    """
    if not m5_pins:
        return MAIX
    return M5STICKV if power_chip else UNITV
