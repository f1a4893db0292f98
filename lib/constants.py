"""Facts that more than one module needs, and the host with them. What one module alone knows stays there."""

SIDE_PX = 224  # the network's picture
MODEL_ADDRESS = 0x300000  # where every recipe for this board burns its model
MODEL_FILE = '/sd/model.kmodel'  # on the memory card; it wins when there is one
USUAL_LIMIT = 200  # of the squared distance: what is nearer counts as seen

AXP192 = 0x34  # the power chip's address on I2C
BATTERY_REGISTERS = (0x78, 0x79)  # of the AXP192: eight bits and four
EMPTY_MV, FULL_MV = 3300, 4150  # of a lithium cell


def battery_mv(high: int, low: int) -> int:
    """The battery's voltage from its two registers: a step of the twelve bits is 1.1 mV."""
    return ((high << 4) | low) * 11 // 10


def battery_percent(mv: int) -> int:
    """The battery's charge; a straight line between empty and full is good enough to look at."""
    return max(0, min(100, (mv - EMPTY_MV) * 100 // (FULL_MV - EMPTY_MV)))
