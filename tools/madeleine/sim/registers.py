"""Registers of the chip that the app reaches by their addresses: fallen pins, clocks, the watchdog, sound."""

from madeleine.sim import power

TYPE_CHECKING = False
if TYPE_CHECKING:
    from madeleine.sim.world import World

FALLEN = 0x38001024  # fall_ip of GPIOHS
CONTROL, RANGE, FOOD = 0x50400000, 0x50400004, 0x5040000C  # of the first watchdog
GATES, DIVIDERS = 0x5044002C, 0x50440050  # of the devices' clocks; of those of both watchdogs
GATE = 1 << 24
I2S0_CONTROL = 0x50250010
PAIRS = 1 << 10
AT_RESET = {CONTROL: 0, RANGE: 0, GATES: 0xFFFFFFFF, DIVIDERS: 0, I2S0_CONTROL: 0}
CRYSTAL_KHZ = 26000
ENABLED, INTERRUPT_FIRST = 1, 2
RIGHT_FOOD = 0x76


def read(world: 'World', address: int) -> int:
    """The word there."""
    if address == FALLEN:
        return world.fallen
    _check(world, address)
    return world.registers[address]


def write(world: 'World', address: int, value: int) -> None:
    """What the chip does when a word is written."""
    if address == FALLEN:
        world.fallen &= ~value  # a bit that is written clears itself
        return
    _check(world, address)
    if address == FOOD:
        if value == RIGHT_FOOD:
            world.wdt_fed_ms = world.now_ms
        return
    if address == CONTROL:
        value |= world.registers[CONTROL] & ENABLED  # once it is on, nothing but a reset switches it off
        if value & INTERRUPT_FIRST:
            raise power.Misuse('a watchdog with an interrupt first is not played here')
        world.wdt_fed_ms = world.now_ms
    world.registers[address] = value
    _time(world)


def _check(world: 'World', address: int) -> None:
    if address not in AT_RESET and address != FOOD:
        raise power.Misuse(f'the register 0x{address:x} is nothing that is known here')
    if address in (CONTROL, RANGE, FOOD) and not world.registers[GATES] & GATE:
        raise power.Misuse('the watchdog without its clock: its registers may not answer')


def _time(world: 'World') -> None:
    """How long the watchdog waits, as its registers are now; without its clock it does not count."""
    kept_ms = None if world.wdt_ms is None else world.now_ms - world.wdt_fed_ms
    if not world.registers[CONTROL] & ENABLED:
        return
    if not world.registers[GATES] & GATE:
        world.wdt_ms, world.wdt_counted_ms = None, kept_ms or 0
        return
    if kept_ms is None:
        world.wdt_fed_ms = world.now_ms - world.wdt_counted_ms
    khz = CRYSTAL_KHZ // (2 * ((world.registers[DIVIDERS] & 0xFF) + 1))
    world.wdt_ms = (1 << (16 + (world.registers[RANGE] & 15))) // khz
