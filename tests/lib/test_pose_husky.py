"""The HuskyLens of the pose mode: which points are blocks, and what else a client hears."""

from types import SimpleNamespace

import pytest
from husky import Frames, frame
from pose_husky import PoseHusky

NOBODY = []
SOMEBODY = [(10 * number, 100, 30) for number in range(17)]
OK, BUSY, NEED_PRO = 0x2E, 0x3D, 0x3E


class Wire:
    """A Grove port: what a client sends, and what comes back."""

    def __init__(self):
        self.sent = self.back = b""

    def waiting(self):
        return len(self.sent)

    def read(self):
        sent, self.sent = self.sent, b""
        return sent

    def write(self, data):
        self.back += data


def ask(points, command, data=b""):
    """The frames that come back."""
    wire = Wire()
    app = SimpleNamespace(
        board=SimpleNamespace(grove=wire), session=SimpleNamespace(points=points), pace=SimpleNamespace(turns=0x8005)
    )
    port = PoseHusky(app)
    wire.sent = frame(command, data)
    port.glance()
    port.tell(("pose", "points", points))  # a HuskyLens says nothing by itself
    return Frames().feed(wire.back)


def numbers(data):
    return [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]


def blocks(points, command, data=b""):
    (code, info), *rest = ask(points, command, data)
    assert code == 0x29 and {code for code, _ in rest} <= {0x2A}
    assert numbers(info) == [len(rest), 17, 5, 0, 0]
    return [numbers(data) for _, data in rest]


@pytest.mark.parametrize("command", [0x20, 0x21, 0x23, 0x24])
def test_each_point_is_a_block(command):
    expected = [[48 + 10 * number, 108, 16, 16, number + 1] for number in range(17)]
    assert blocks(SOMEBODY, command) == expected


@pytest.mark.parametrize("command", [0x22, 0x25, 0x28])
def test_there_are_no_arrows(command):
    assert blocks(SOMEBODY, command, b"\1\0") == []


@pytest.mark.parametrize(("id", "found"), [(b"\x0b\0", 1), (b"\x12\0", 0), (b"\0\0", 0), (b"\x0b\1", 0), (b"", 0)])
def test_one_point_by_its_number(id, found):
    assert blocks(SOMEBODY, 0x26, id) == blocks(SOMEBODY, 0x27, id) == [[148, 108, 16, 16, 11]] * found


def test_nobody_is_no_block():
    assert blocks(NOBODY, 0x20) == []


@pytest.mark.parametrize(
    ("point", "seen"),
    [
        ((0, 0, 30), True),
        ((223, 223, 100), True),
        ((100, 100, 29), False),  # a guess
        ((-1, 100, 90), False),  # outside
        ((224, 100, 90), False),
        ((100, -1, 90), False),
        ((100, 224, 90), False),
    ],
)
def test_guesses_and_points_outside_the_picture_are_no_blocks(point, seen):
    others = [(0, 0, 0)] * 8
    expected = [[48 + point[0], 8 + point[1], 16, 16, 9]] if seen else []
    assert blocks([*others, point, *others], 0x20) == expected


@pytest.mark.parametrize(
    ("command", "data", "answer"),
    [
        (0x2C, b"", OK),  # knock
        (0x2D, b"\2\0", OK),  # object recognition
        (0x2D, b"\6\0", NEED_PRO),  # object classification
        (0x2D, b"\2", NEED_PRO),
        (0x36, b"\1\0", BUSY),  # learn
        (0x37, b"", BUSY),  # forget
        (0x2F, b"\1\5TEST\0", BUSY),
        (0x34, b"\1\0\0\0A", BUSY),
        (0x30, b"", NEED_PRO),  # photo
        (0x3C, b"\x050.4.1", OK),
    ],
)
def test_it_learns_nothing(command, data, answer):
    assert ask(SOMEBODY, command, data) == [(answer, b"")]


def test_answers_of_others_are_no_requests():
    for command in (0x29, 0x2A, OK, BUSY, NEED_PRO, 0x7F):
        assert ask(SOMEBODY, command) == []
