"""Facts that more than one module needs, and the host with them. What one module alone knows stays there."""

SIDE_PX = 224  # the network's picture
MODEL_ADDRESS = 0x300000  # where every recipe for this board burns its model
POSE_ADDRESS = 0x500000  # of the pose network, if there is one: behind the largest model that the camera can use
POSE_FILE = 'mode.pose'  # on flash while the camera looks for bodies, not for things (mode.py)
MODEL_FILE = '/sd/model.kmodel'  # on the memory card; it wins when there is one
LABEL_CHARS = 32  # of a name, at most
FIRST_SET = 'main'  # of examples; it is always there
GROVE_BAUD = 115200  # of UART2, unless a HuskyLens's client is there
USUAL_LIMIT = 200  # of the distance that people read: what is nearer counts as seen
# Of models that have no such notes, by their names: the distance 2 - 2 cos that reads USUAL_LIMIT, in 256ths, and the
# strict mark (distance.py). models/limits.py measures both.
MODEL_SCALES = {
    'c80742f6': (80, 78),  # ours, in files of the first edition
    'f1141d6b': (140, 110),  # Brownie's
    'b922520e': (26, 110),  # the tour's: set by hand, for drawn things
}  # type: dict[str, tuple[int, int]]
OTHER_SCALE = 160, 100  # of any other

AXP192 = 0x34  # the power chip's address on I2C
POWER_REGISTER, USB_BITS = 0x00, 0xA0  # of the AXP192: at its two inputs, one of which is USB's, is power
BATTERY_REGISTERS = (0x78, 0x79)  # of the AXP192: eight bits and four
EMPTY_MV, LOW_MV, FULL_MV = 3300, 3500, 4150  # of a lithium cell


def battery_mv(high: int, low: int) -> int:
    """The battery's voltage from its two registers: a step of the twelve bits is 1.1 mV."""
    return ((high << 4) | low) * 11 // 10


def battery_percent(mv: int) -> int:
    """The battery's charge; a straight line between empty and full is good enough to look at."""
    return max(0, min(100, (mv - EMPTY_MV) * 100 // (FULL_MV - EMPTY_MV)))
