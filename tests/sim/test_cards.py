"""Codes that the firmware's reader reads, and codes that it does not, as tried on v0.5.0_9."""

import numpy as np
import pytest
import segno
from madeleine.sim.cards import payloads
from PIL import Image

ANGLES = [0, 90, 180, 270, 17]


def picture(code: segno.QRCode, angle: float = 0, mirrored: bool = False) -> np.ndarray:
    cells = 1 - np.array([list(row) for row in code.matrix_iter(border=4)], np.uint8)
    side = 160
    card = Image.fromarray(cells * 230).resize((side, side), Image.Resampling.BOX)
    view = Image.new("L", (224, 224), 150)
    view.paste(card, ((224 - side) // 2,) * 2)
    grey = np.asarray(view.rotate(angle, Image.Resampling.BILINEAR, fillcolor=150))
    return np.repeat(grey[:, :: -1 if mirrored else 1, None], 3, 2)


@pytest.mark.parametrize("angle", ANGLES)
@pytest.mark.parametrize("mask", range(8))
@pytest.mark.parametrize("error", "LMQH")
def test_a_code_and_its_mirror(error, mask, angle):
    code = segno.make("cup", error=error, boost_error=False, mask=mask, micro=False)
    assert payloads(picture(code, angle)) == [b"cup"]
    assert payloads(picture(code, angle, mirrored=True)) == []


@pytest.mark.parametrize(
    ("code", "payload"),
    [
        (segno.make("100", micro=False), b"100"),
        (segno.make("CUP", micro=False), b"CUP"),
        (segno.make("りんご", encoding="utf-8", micro=False), "りんご".encode()),
        (segno.make("りんご", encoding="utf-8", eci=True, micro=False), "りんご".encode()),
        (segno.make("りんご", micro=False), "りんご".encode("cp932")),
        (segno.make("café", micro=False), b"caf\xe9"),
        (segno.make(b"cup\0", micro=False), b"cup\0"),
        (segno.make("苹果", mode="hanzi", micro=False), b""),
        (segno.make_sequence("cup and saucer and spoon and fork", version=1)[0], b""),
        (segno.make_sequence("cup and saucer and spoon and fork", version=1)[1], b""),
    ],
)
def test_kinds_of_segments(code, payload):
    assert payloads(picture(code)) == [payload]


def test_a_micro_code():
    assert payloads(picture(segno.make("cup", micro=True))) == []


def test_two_codes():
    view = np.full((224, 448, 3), 150, np.uint8)
    view[:, :224], view[:, 224:] = picture(segno.make("cup", micro=False)), picture(segno.make("pen", micro=False))
    assert sorted(payloads(view)) == [b"cup", b"pen"]
