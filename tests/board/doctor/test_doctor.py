"""The doctor: one cause at a time, and its code."""

import contextlib
import json
from pathlib import Path

import pytest
from madeleine import cli
from madeleine.board.doctor import board as doctor_board
from madeleine.board.doctor import host
from madeleine.board.doctor.host import System, find_line, no_port
from madeleine.board.doctor.twins import twins
from madeleine.board.install.manifest import app_files
from madeleine.camera import ports
from madeleine.camera.ports import BRIDGES, Port
from madeleine.camera.serial_port import NoPermission, SerialLine
from madeleine.device import version
from madeleine.sim.storage import Storage

from tests import ROOT
from tests.fakes.board import fake_board
from tests.fakes.liar import LyingPrompt
from tests.fakes.prompt import BoardPrompt

STATUS = {"v": 1, "event": "status", "app": version.APP, "board": "M5StickV", "examples": 3, "battery_mv": 4000}
FOUND = {
    "firmware": {"platform": "MaixPy", "version": "v0.5.0-9", "lacks": []},
    "heap": 290_000,
    "battery_mv": 4000,
    "model": 1_879_232,
    "card": [],
    "version": f"APP = {version.APP!r}",
    "fault": "",
}


@pytest.fixture(autouse=True)
def quick(monkeypatch) -> None:
    monkeypatch.setattr("madeleine.camera.usb.PROBE_S", 0.3)
    monkeypatch.setattr("madeleine.camera.usb.INTERRUPT_S", 0.3)
    monkeypatch.setattr(doctor_board, "LISTEN_S", 0.1)


def examine(answer, *options: str, capsys) -> tuple[int, dict[str, dict]]:
    """The exit code, and the findings by their codes."""
    with fake_board(answer) as fake:
        code = cli.main(["doctor", "--json", "--port", fake.device, *options])
    return code, {finding["code"]: finding for finding in json.loads(capsys.readouterr().out)}


def app(**changed):
    """An app that answers with this status."""

    def answer(data: bytes) -> bytes:
        if b'"id": "' not in data:
            return b""
        mark = data.split(b'"id": "')[1].split(b'"')[0].decode()
        return json.dumps({**STATUS, **changed, "id": mark}).encode() + b"\r\n"

    return answer


@pytest.mark.parametrize(
    ("status", "code", "level"),
    [
        ({}, "app", "fine"),
        ({"app": "0.0.9"}, "app-version", "hint"),
        ({"battery_mv": 3300}, "battery", "hint"),
        ({"v": 99}, "link", "problem"),
    ],
)
def test_an_app_that_answers(status, code, level, capsys) -> None:
    exit_code, findings = examine(app(**status), capsys=capsys)
    assert findings[code]["level"] == level
    assert exit_code == (level == "problem")
    if not status:
        assert set(findings) == {"port", "app"}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda data: b"", "silent"),
        (lambda data: b"\xc0\xc2\xe0\xc0" if b"\xc0\xc2" in data else b"", "isp"),
        (lambda data: b"\xfe\xfe\xfe\xfe", "not-stopped"),
        (lambda data: None, "lost"),
    ],
)
def test_nobody_to_talk_to(answer, code, capsys) -> None:
    exit_code, findings = examine(answer, capsys=capsys)
    assert exit_code == 1
    assert findings[code]["level"] == "problem"


def look(monkeypatch, capsys, changed: dict, flash: dict[str, bytes] | None = None) -> tuple[int, dict[str, dict]]:
    """A board at the prompt (or running something else) on whose flash this is, and what look.py finds there."""
    storage = Storage(None, "spiffs")
    files = app_files(ROOT) if flash is None else flash
    storage.files.update({name: bytearray(content) for name, content in files.items()})
    prompt = BoardPrompt(storage)
    found = {**FOUND, "flash": sorted(files), **changed}
    if flash is not None and "lib/version.py" not in flash:
        found["version"] = ""
    real = Path.read_text

    def read_text(path: Path, *arguments, **options) -> str:
        return (
            f"print('noise')\nprint({json.dumps(found)!r})"
            if path.name == "look.py"
            else real(path, *arguments, **options)
        )

    monkeypatch.setattr(Path, "read_text", read_text)
    result = examine(prompt, capsys=capsys)
    assert prompt.restarts == 1, "what was there starts again"
    return result


def test_twins(monkeypatch) -> None:
    numbered = [Port(f"/dev/none{number}", "M5StickV", serial) for number, serial in enumerate(["C1", "C2", "C1", ""])]
    found = twins(numbered)
    assert [(finding.code, finding.level) for finding in found] == [("twins", "hint")] and "C1" in found[0].what
    assert twins(numbered[:1]) == []


def test_ids_and_names_of_several(monkeypatch, capsys) -> None:
    """With ids, equal serial numbers do not matter; who does not answer is left alone."""
    answers = ({"uid": "aa", "friendly_name": "desk"}, {"uid": "aa", "friendly_name": "x"}, {"uid": "bb"})
    full = {"capacity": 250, "limit": 200, "model": ""}
    with contextlib.ExitStack() as opened:
        boards = [opened.enter_context(fake_board(app(**full, **answer))) for answer in answers]
        plugged = [Port(board.device, "M5StickV", "C1") for board in boards]
        assert [(finding.code, finding.what) for finding in twins(plugged)] == [
            ("same-id", "several cameras have the id aa")
        ]
        monkeypatch.setattr("madeleine.commands.doctor.candidates", lambda: [*plugged, Port("/dev/none", "", "C1")])
        assert cli.main(["doctor", "--json", "--port", boards[0].device]) == 0
    findings = {finding["code"]: finding["what"] for finding in json.loads(capsys.readouterr().out)}
    assert findings["id"] == "its id is aa, its name desk" and set(findings) == {
        "port",
        "app",
        "id",
        "same-id",
        "twins",
    }


def test_all_is_well_but_it_was_stopped(monkeypatch, capsys) -> None:
    code, findings = look(monkeypatch, capsys, {})
    assert code == 0
    assert {finding["code"] for finding in findings.values() if finding["level"] != "fine"} == {"was-stopped"}


@pytest.mark.parametrize(
    ("changed", "code", "level"),
    [
        ({"firmware": {"platform": "esp32", "version": "", "lacks": []}}, "wrong-firmware", "problem"),
        ({"firmware": {"platform": "MaixPy", "version": "", "lacks": ["cards"]}}, "firmware-lacks", "problem"),
        ({"model": "[MAIXPY]kpu: load error:3"}, "no-model", "problem"),
        ({"model": "[MAIXPY]kpu: load error:2003, ERR_KPU_MODEL_FORMAT"}, "no-model", "problem"),
        ({"model": "[MAIXPY]kpu: load error:2"}, "no-model", "problem"),
        ({"model": "[MAIXPY]kpu: load error:6"}, "model-memory", "problem"),
        ({"model": "[MAIXPY]kpu: load error:2006"}, "model-memory", "problem"),
        ({"model": "[MAIXPY]kpu: load error:8"}, "model", "problem"),
        ({"model": 2_655_688}, "model-size", "hint"),
        ({"card": ["boot.py"]}, "card-boots", "problem"),
        ({"battery_mv": 3400}, "battery", "hint"),
        ({"heap": 524_288}, "heap", "problem"),
        ({"version": "APP = '0.0.1'"}, "app-version", "hint"),
        ({"fault": "Traceback\nValueError: x\n"}, "fault", "hint"),
    ],
)
def test_what_the_flash_holds(changed, code, level, monkeypatch, capsys) -> None:
    exit_code, findings = look(monkeypatch, capsys, changed)
    assert findings[code]["level"] == level
    assert exit_code == (level == "problem")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"boot.py": b"while True: pass"}, "other-boot"),
        ({"lib/app.py": b"half"}, "app-damaged"),
        ({"next/sealed": b""}, "half-update"),
    ],
)
def test_a_damaged_app(changed, code, monkeypatch, capsys) -> None:
    assert code in look(monkeypatch, capsys, {}, {**app_files(ROOT), **changed})[1]


def test_it_names_the_letters(monkeypatch, capsys) -> None:
    fonts = {"latin.font": b"", "ko.font": b"", "ja.font": b"", "ja.words": b""}
    _, findings = look(monkeypatch, capsys, {}, {**app_files(ROOT), **fonts})
    assert findings["letters"]["what"] == "it has the letters ja, ko, latin; it speaks English and ja"
    _, findings = look(monkeypatch, capsys, {})
    assert "letters" not in findings


def test_no_app(monkeypatch, capsys) -> None:
    assert "no-app" in look(monkeypatch, capsys, {}, {"boot.py": b""})[1]


def said(**changed: object) -> bytes:
    """What look.py would print."""
    return json.dumps({**FOUND, "flash": ["main.py"], **changed}).encode() + b"\r\n"


NOTHING = (b"", b"")  # of the board's half, and of the list of wanted files


@pytest.mark.parametrize(
    "printed",
    [
        (b"",),
        (b"hello\r\n",),
        (b"\xff\xfe\r\n",),
        (b"[]\r\n",),
        (b"null\r\n",),
        (b"{}\r\n",),
        (b"[" * 5000,),
        (said(flash=5),),
        (said(flash=[{}]),),
        (said(firmware="x"),),
        (said(firmware={"platform": "MaixPy", "version": 1, "lacks": 3}),),
        (said(model=None),),
        (said(version=3),),
        (said(fault=3),),
        (said(), *NOTHING, b"x"),
        (said(), *NOTHING, b"null"),
        (said(), *NOTHING, b"[1]"),
    ],
)
def test_a_prompt_that_prints_nonsense(printed, capsys) -> None:
    code, findings = examine(LyingPrompt(*printed), capsys=capsys)
    assert code == 1
    assert "makes no sense" in findings["lost"]["what"]


def test_a_fault_of_blanks_is_none(capsys) -> None:
    _, findings = examine(LyingPrompt(said(fault=" \n"), *NOTHING, b"[]"), capsys=capsys)
    assert "fault" not in findings and "firmware" in findings


def test_a_fault_with_escape_sequences_is_shown(capsys) -> None:
    with fake_board(LyingPrompt(said(fault="\x1b[2J\x1b]0;x\x07"), *NOTHING, b"[]")) as fake:
        cli.main(["doctor", "--port", fake.device])
    told = capsys.readouterr().out
    assert r"the last fault was \x1b[2J\x1b]0;x\x07" in told and "\x1b" not in told


def test_a_traceback_of_blanks(capsys) -> None:
    code, findings = examine(LyingPrompt(b"", error=b" \r\n"), capsys=capsys)
    assert code == 1 and findings["lost"]["what"].endswith("the camera says that it failed")


def test_a_prompt_that_floods(monkeypatch, capsys) -> None:
    monkeypatch.setattr("madeleine.board.install.repl.ANSWER_MOST_BYTES", 1000)
    code, findings = examine(LyingPrompt(b"x" * 2000), capsys=capsys)
    assert code == 1 and "more than 1000 bytes came" in findings["lost"]["what"]


@pytest.mark.parametrize(
    "status",
    [{"app": [1], "board": {}, "examples": "\x1b[31m", "battery_mv": True}, {"v": 10**30}, {"app": None, "heap": 3}],
)
def test_an_app_that_lies(status, capsys) -> None:
    code, findings = examine(app(**status), capsys=capsys)
    assert code in (0, 1) and "\x1b" not in json.dumps(findings)


def test_as_text(capsys) -> None:
    with fake_board(app(app="0.0.9")) as fake:
        assert cli.main(["doctor", "--port", fake.device]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[-1].startswith("hint the app is 0.0.9: this toolbox has ")


def system(tmp_path: Path, *, bridge: bool = False, program: str = "", rule: bool = False) -> System:
    for folder in ("devices/1-1", "proc/77", "rules"):
        (tmp_path / folder).mkdir(parents=True)
    if bridge:
        vendor, product = next(iter(BRIDGES))
        (tmp_path / "devices/1-1/idVendor").write_text(f"{vendor:04x}\n")
        (tmp_path / "devices/1-1/idProduct").write_text(f"{product:04x}\n")
    if program:
        (tmp_path / "proc/77/comm").write_text(program + "\n")
    if rule:
        (tmp_path / "rules/85-brltty.rules").write_text("")
    return System(tmp_path / "devices", tmp_path / "proc", tmp_path / "rules")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, "no-bridge"),
        ({"bridge": True}, "no-driver"),
        ({"bridge": True, "program": "brltty"}, "brltty"),
        ({"bridge": True, "rule": True}, "brltty"),
    ],
)
def test_no_port(facts, code, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(host.list_ports, "comports", list)
    assert no_port(system(tmp_path, **facts)).code == code


def test_another_bridge(tmp_path, monkeypatch) -> None:
    class Other:
        vid, device = 0x1234, "/dev/ttyACM0"

    monkeypatch.setattr(host.list_ports, "comports", lambda: [Other])
    found = no_port(system(tmp_path))
    assert found.code == "unknown-bridge"
    assert "/dev/ttyACM0" in str(found)


def test_several_ports(monkeypatch) -> None:
    monkeypatch.setattr(ports, "candidates", lambda: [Port("/dev/ttyUSB0"), Port("/dev/ttyUSB1")])
    found = find_line(None)
    assert not isinstance(found, SerialLine)
    assert found.code == "several-ports"
    assert "/dev/ttyUSB1" in found.what


def test_ports_that_do_not_open(tmp_path, monkeypatch) -> None:
    assert find_line(str(tmp_path / "none")).code == "no-such-port"
    with fake_board(app()) as fake, SerialLine(fake.device):
        busy = find_line(fake.device)
        assert busy.code == "port-in-use"
        assert busy.do == "close that first"

    def refused(device: str) -> SerialLine:
        raise NoPermission(f"{device}: no permission to open it: `sudo usermod -aG dialout $USER`, then log in again")

    monkeypatch.setattr(host, "SerialLine", refused)
    found = find_line("/dev/ttyUSB0")
    assert (found.code, "dialout" in found.do) == ("no-permission", True)
