"""The camera's lasting id and its name, as the installer leaves them on flash."""

import device_id
import pytest
from madeleine.board.install.transfer import board_half

from tests import ROOT
from tests.fakes.flash import Flash

DESK = {"camera.id": b"0badcafe", "camera.name": "机 1".encode()}


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({}, ()),
        ({"camera.id": b"0badcafe"}, ("uid", "0badcafe")),
        (DESK, ("uid", "0badcafe", "friendly_name", "机 1")),
        ({"camera.id": b"", "camera.name": b"\xff"}, ()),
        ({"camera.id": b"x" * 1000}, ("uid", "x" * 200)),
    ],
)
def test_what_flash_has(written: dict[str, bytes], told: tuple[str, ...]) -> None:
    assert device_id.fields(Flash(written)) == told


def test_a_file_that_cannot_be_read_is_not_there() -> None:
    flash = Flash(DESK)
    flash.broken_read = True
    assert device_id.fields(flash) == ()


def test_the_installer_writes_what_the_app_reads() -> None:
    assert f"IDENTITY = {tuple(DESK)}" in board_half(ROOT)
