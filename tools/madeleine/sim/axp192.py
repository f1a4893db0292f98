"""The power management chip of the M5StickV, as seen from the I2C bus: registers to and from the world."""

from madeleine.sim import power

TYPE_CHECKING = False
if TYPE_CHECKING:
    from madeleine.sim.world import World

ADDRESS = 0x34
POWER, USB_THERE, CHARGES = 0x00, 0xC0, 0x04  # power at the input whose voltage is in 0x56; what the battery does
BACKLIGHT, ADC_ENABLE, SHUTDOWN = 0x91, 0x82, 0x32
RAILS = (0x12, 0x23, 0x26, 0x27, 0x28)  # a wrong voltage here turns the board off until it is taken apart
# Two registers each, high byte first, in steps of so many tenths of a millivolt.
_VOLTAGES = {0x78: ('battery_mv', 11), 0x56: ('usb_mv', 17)}
_USB_MV = 4000  # less is no charger
_AT_BOOT = {0x23: 0x08, 0x33: 0xC1, 0x36: 0x6C, 0x91: 0xF0, 0x90: 0x02, 0x28: 0xF0, 0x27: 0x2C, 0x12: 0xFF, 0x31: 0x03}


def read(world: 'World', register: int) -> int:
    """The byte in a register."""
    for high in _VOLTAGES:
        if register in (high, high + 1):
            if not world.axp192.get(ADC_ENABLE):
                return 0
            name, step = _VOLTAGES[high]
            raw = int(getattr(world, name)) * 10 // step
            return raw >> 4 if register == high else raw & 15
    if register == POWER:
        return USB_THERE | CHARGES if world.usb_mv > _USB_MV else 0
    return world.axp192.get(register, _AT_BOOT.get(register, 0))


def write(world: 'World', register: int, value: int) -> None:
    """What the chip does when a byte is written."""
    if register in RAILS:
        raise power.Misuse(f'AXP192 register 0x{register:02x} sets a supply voltage: never write it')
    world.axp192[register] = value
    if register == BACKLIGHT:
        world.backlight = value >> 4
    elif register == SHUTDOWN and value & 0x80:
        raise power.PowerOff
