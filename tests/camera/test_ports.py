"""Which port the camera is on: ids, numbers, the variable, a question, and who else has it."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from madeleine.camera import ports
from madeleine.camera.ports import Port, PortError, SeveralPorts, add_port_argument, candidates, find_port, users_of


@dataclass
class Info:
    """What pyserial tells of a port."""

    device: str
    vid: int | None = 0x0403
    pid: int | None = 0x6001
    serial_number: str | None = None


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch) -> None:
    monkeypatch.delenv("MADELEINE_PORT", raising=False)


def plug(monkeypatch, *infos: Info) -> None:
    monkeypatch.setattr(ports.list_ports, "comports", lambda: list(infos))


def test_the_only_one(monkeypatch) -> None:
    plug(monkeypatch, Info("/dev/ttyS0", None, None), Info("/dev/ttyUSB0"), Info("/dev/ttyACM0", 0x2341, 0x0043))
    assert find_port().device == "/dev/ttyUSB0"


def test_m5s_own_bridge_goes_first(monkeypatch) -> None:
    plug(monkeypatch, Info("/dev/ttyUSB0", serial_number="A50285BI"), Info("/dev/ttyUSB1", serial_number="c5520001"))
    assert candidates() == [Port("/dev/ttyUSB1", "M5StickV or UnitV", "c5520001")]


def test_named(monkeypatch) -> None:
    plug(monkeypatch, Info("/dev/ttyUSB0"))
    assert find_port("COM5") == Port("COM5")
    monkeypatch.setenv("MADELEINE_PORT", "/dev/camera")
    assert find_port() == Port("/dev/camera")
    assert find_port("COM5") == Port("COM5")


def test_none(monkeypatch) -> None:
    plug(monkeypatch)
    with pytest.raises(PortError, match="no camera on USB"):
        find_port()


def test_several(monkeypatch) -> None:
    plug(monkeypatch, Info("/dev/ttyUSB1"), Info("/dev/ttyUSB0", serial_number="A5"))
    with pytest.raises(SeveralPorts, match=r"ttyUSB0 \(M5StickV or UnitV, A5\), /dev/ttyUSB1"):
        find_port()
    asked = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return " 2 "

    assert find_port(ask=ask).device == "/dev/ttyUSB1"
    assert asked[0].splitlines()[0].startswith("1  /dev/ttyUSB0")


@pytest.mark.parametrize("answer", ["", "0", "3", "two", "²", "-1"])
def test_a_wrong_answer(answer: str, monkeypatch) -> None:
    plug(monkeypatch, Info("/dev/ttyUSB0"), Info("/dev/ttyUSB1"))
    with pytest.raises(PortError, match="a number from 1 to 2"):
        find_port(ask=lambda prompt: answer)


def test_the_option() -> None:
    parser = argparse.ArgumentParser()
    add_port_argument(parser)
    assert parser.parse_args([]).port is None
    assert parser.parse_args(["-p", "COM3"]).port == "COM3"


def test_who_has_it(tmp_path: Path) -> None:
    device, other = tmp_path / "ttyUSB0", tmp_path / "by-id"
    device.touch()
    other.symlink_to(device)
    for number, name in ((812, "picocom"), (813, "cat"), (os.getpid(), "python")):
        (tmp_path / str(number) / "fd").mkdir(parents=True)
        (tmp_path / str(number) / "comm").write_text(name + "\n")
    (tmp_path / "812/fd/3").symlink_to(device)
    (tmp_path / f"{os.getpid()}/fd/3").symlink_to(device)
    (tmp_path / "814").mkdir()
    assert users_of(str(other), tmp_path) == ["picocom (process 812)"]
