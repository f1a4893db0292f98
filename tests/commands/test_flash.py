"""`madeleine flash`, `pack` and `firmware`: what is written, what is said, what it ends with."""

import hashlib
import random
from dataclasses import asdict, replace

import pytest
from madeleine import cli, model
from madeleine.board.flash import burner, catalogue
from madeleine.board.flash.package import Part, read
from madeleine.board.flash.wanted import extra_parts, parts_of
from madeleine.board.flash.worker import Phase
from madeleine.board.install.manifest import app_files, packed
from madeleine.errors import ToolError
from madeleine.kpu.format.write import write
from madeleine.model import find_model

from tests import ROOT
from tests.fakes.network import Server, connect
from tests.fakes.rom import BAD_CHECKSUM, FOR_EVER, GREET, RESTART, SILENCE, WRITE, FakeRom, Lie
from tests.kpu import small_model

FIRMWARE = random.Random(3).randbytes(90_000)
TOUR = model.catalogue()["tour"].place().read_bytes()


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MADELEINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("MADELEINE_PORT", raising=False)


@pytest.fixture
def firmware(tmp_path):
    path = tmp_path / "maixpy.bin"
    path.write_bytes(FIRMWARE)
    return path


@pytest.fixture
def command(capsys):
    """Runs a command line; gives its exit code, what it said and what it complained of."""

    def run(*words):
        code = cli.main([str(word) for word in words])
        return code, *capsys.readouterr()

    return run


def lies_in(board, part):
    return board.flash[part.address : part.end] == part.image()


FLASHED = [Part("maixpy.bin", 0, FIRMWARE, firmware=True), Part("tour.kmodel", 0x300000, TOUR, firmware=False)]


def test_flashing_firmware_and_model(command, firmware):
    with FakeRom() as board:
        code, said, complained = command("flash", "--firmware", firmware, "--model", "tour", "--port", board.device)
    assert (code, complained) == (0, "") and all(lies_in(board, part) for part in FLASHED)
    assert f"written: maixpy.bin at 0x000000 to 0x{90_036:06x}, 90037 bytes, every piece acknowledged" in said
    advice = "Next: `madeleine install`, so that the camera divides its memory for this model.\n"
    assert "tour.kmodel at 0x300000" in said and said.endswith("The camera restarts.\n" + advice)
    assert board.restarts == 1


def test_packing_and_flashing_the_package(command, firmware, tmp_path):
    package = tmp_path / "out.kfpkg"
    code, said, _ = command("pack", "-o", package, "--firmware", firmware, "--model", "tour")
    assert code == 0 and f"{package}: {package.stat().st_size} bytes" in said and read(package) == FLASHED
    with FakeRom() as board:
        assert command("flash", package, "-p", board.device, "--baud", "115200")[0] == 0
    assert all(lies_in(board, part) for part in FLASHED) and board.bauds == []


def test_a_package_with_the_app_is_all_of_a_camera(command, firmware, tmp_path):
    package = tmp_path / "camera.kfpkg"
    code, said, _ = command("pack", "--app", "-o", package, "--firmware", firmware, "--model", "tour")
    assert code == 0 and "flash.spiffs at 0xd00000 to 0xffffff; this overwrites the files of /flash" in said
    *others, files = read(package)
    assert others == FLASHED
    names = {name.encode() for name in packed(app_files(ROOT))} | {b"latin.font", b"heap.unset"}
    assert all(b"/" + name + b"\0" in files.data for name in names) and b"/camera.id" not in files.data


def test_letters_without_the_app(command, firmware, tmp_path):
    code, _, complained = command("pack", "-o", tmp_path / "x.kfpkg", "--firmware", firmware, "--writing", "ja")
    assert code == 2 and "give --app, too" in complained


def test_a_dry_run_touches_nothing(command, firmware, monkeypatch):
    monkeypatch.setenv("MADELEINE_PORT", "/dev/none")
    code, said, _ = command("flash", "--firmware", firmware, "--erase", "--dry-run")
    assert code == 0
    assert said == (
        "erase: all of the flash, also what was taught and set\nwrite: maixpy.bin at 0x000000 to 0x015fb4\n"
    )


def test_erasing_first(command, firmware):
    with FakeRom() as board:
        board.flash[0xD00000] = 0
        assert command("flash", "--firmware", firmware, "--erase", "-p", board.device)[0] == 0
    assert lies_in(board, FLASHED[0]) and board.flash[0xD00000] == 0xFF and board.restarts == 2


def test_erasing_only(command):
    with FakeRom() as board:
        board.flash[7] = 0
        assert command("flash", "--erase", "-p", board.device)[0] == 0
    assert board.flash.count(0xFF) == len(board.flash)


def test_what_was_taught_stays(command, firmware):
    with FakeRom() as board:
        board.flash[0xD00000:0xD00004] = b"mine"
        assert command("flash", "--firmware", firmware, "-p", board.device)[0] == 0
    assert board.flash[0xD00000:0xD00004] == b"mine"


def test_a_package_that_reaches_into_the_files_is_told(command, tmp_path):
    package = tmp_path / "files.kfpkg"
    package.write_bytes(burner.pack([Part("spiffs.img", 0xD00000, b"files", firmware=False)]))
    assert "this overwrites the files of /flash and what was taught" in command("flash", package, "-n")[1]


def test_a_failure_is_one_line_and_exit_code_1(command, firmware):
    with FakeRom([Lie(WRITE, BAD_CHECKSUM, nth=2)]) as board:
        code, said, complained = command("flash", "--firmware", firmware, "-p", board.device)
    assert code == 1 and "written" not in said and complained.count("\n") == 1
    assert complained.startswith("madeleine: a piece arrived damaged, and kflash would have left it out")


def test_no_restart_is_told(command, firmware, monkeypatch):
    monkeypatch.setitem(burner.PATIENCE_S, Phase.RESTART, 0.3)
    with FakeRom([Lie(RESTART, SILENCE, times=FOR_EVER)]) as board:
        code, said, _ = command("flash", "--firmware", firmware, "-p", board.device)
    assert code == 0 and "It did not restart by itself: switch the camera off and on (M5StickV: hold" in said


def test_nothing_is_opened_for_what_cannot_be_written(command, firmware, tmp_path):
    """Everything is looked at before the port is."""
    (tmp_path / "some.elf").write_bytes(b"\x7fELF")
    (tmp_path / "some.kfpkg").write_bytes(b"PK\x03\x04")
    (tmp_path / "some.kmodel").write_bytes(b"no model")
    (tmp_path / "small.kmodel").write_bytes(write(small_model.model()))
    (tmp_path / "large.kmodel").write_bytes(find_model("tour").read_bytes() + bytes(3 << 20))
    wrong = {
        (): "nothing to write",
        ("--firmware", tmp_path / "some.elf"): "is an ELF file",
        ("--firmware", tmp_path / "none.bin"): "is neither a file nor a known firmware; known are maixpy-v0.5.0_9",
        (tmp_path / "some.kfpkg",): "is damaged",
        (tmp_path / "none.kfpkg",): "cannot be read",
        ("--model", tmp_path / "some.kmodel"): "some.kmodel",
        (
            "--model",
            tmp_path / "small.kmodel",
        ): "not for this camera: the camera's pictures are 224x224x3",
        ("--model", tmp_path / "large.kmodel"): "is not for this camera: file and memory need",
        ("--model", "nope"): "is neither a file nor a known model",
        ("--firmware", firmware, "--model", firmware): "maixpy.bin",
    }
    with FakeRom([Lie(GREET, SILENCE, times=FOR_EVER)]) as board:
        for words, says in wrong.items():
            code, _, complained = command("flash", *words, "-p", board.device)
            assert code == (1 if words else 2) and says in complained and complained.count("\n") == 1
        assert not board.requests


def test_a_model_that_leaves_no_room_for_cards(command, tmp_path):
    path = tmp_path / "wide.kmodel"
    path.write_bytes(find_model("tour").read_bytes() + bytes(2 << 20))
    code, said, _ = command("flash", "--model", path, "--dry-run")
    assert code == 0 and "above 2069000 the camera reads no QR cards" in said.replace("\n", " ")


def test_no_port(command, firmware, monkeypatch):
    monkeypatch.setattr("madeleine.camera.ports.candidates", lambda: [])
    code, _, complained = command("flash", "--firmware", firmware)
    assert code == 1 and "no camera on USB" in complained


def test_a_place_for_the_package_that_is_none(command, firmware, tmp_path):
    code, _, complained = command("pack", "-o", tmp_path / "no" / "x.kfpkg", "--firmware", firmware)
    assert code == 1 and "cannot be written" in complained


@pytest.mark.parametrize("words", [["--baud", "300"], ["--baud", "fast"], ["--board", "esp32"]])
def test_wrong_usage(command, words):
    with pytest.raises(SystemExit, match="2"):
        command("flash", *words)


def test_a_model_may_not_reach_into_the_files(monkeypatch, tmp_path):
    entry = replace(model.catalogue()["tour"], flash_address="0xCFFFFF")
    monkeypatch.setattr(model, "catalogue", lambda: {"tour": entry})
    with pytest.raises(ToolError, match="runs into the files of /flash at 0xd00000"):
        parts_of(model_name="tour")


def test_with_the_pose_network(command, monkeypatch):
    pytest.importorskip("tflite", reason="the extra [tflite] is not installed")
    from tests.pose.small_camera_model import small_camera_model
    from tests.pose.small_posenet import small_posenet

    def fetch(wanted, target):
        assert wanted.name == "posenet" and wanted.licence == "Apache-2.0"
        target.parent.mkdir(parents=True, exist_ok=True)
        return small_posenet(target.parent)

    monkeypatch.setattr("madeleine.download.fetch", fetch)
    assert extra_parts(["pose"]) == [Part("pose.kmodel", 0x500000, small_camera_model(), firmware=False)]
    code, said, _ = command("flash", "--model", "madeleine", "--with", "pose", "--dry-run")
    assert code == 0 and "write: pose.kmodel at 0x500000" in said


def test_the_catalogue_is_complete():
    builds = catalogue.builds()
    assert list(builds) == ["maixpy-v0.5.0_9", "maixpy-v0.4.0_47"]
    for name, build in builds.items():
        assert build.name == name and build.address.startswith("https://") and "/master/" not in build.address
        assert len(build.sha256) == 64 and build.size_bytes < 0x200000
        assert all(asdict(build).values())


@pytest.fixture
def small(monkeypatch, tmp_path):
    """A catalogue of one firmware, and a file that is it."""
    build = next(iter(catalogue.builds().values()))
    build = replace(build, name="small", size_bytes=len(FIRMWARE), sha256=hashlib.sha256(FIRMWARE).hexdigest())
    for module in ("board.flash.catalogue", "commands.firmware"):
        monkeypatch.setattr(f"madeleine.{module}.builds", lambda: {"small": build})
    return build


def test_fetching_a_firmware(command, small, firmware, monkeypatch):
    assert "small  0.09 MB, Apache-2.0, not fetched" in command("firmware", "list")[1]
    code, said, _ = command("firmware", "fetch", "small", "--from", firmware)
    assert code == 0 and said == f"{small.place()}: small, 90000 bytes, checked\n"
    assert ", fetched\n" in command("firmware", "list")[1]

    network = Server(b"")
    connect(monkeypatch, network.answer)
    assert catalogue.find_firmware("small").read_bytes() == FIRMWARE and not network.asked
    assert command("firmware", "fetch", "other")[2] == "madeleine: no firmware is called 'other'; there are small\n"


@pytest.mark.parametrize("name", ["flash", "pack", "firmware"])
def test_help_has_examples(name, capsys):
    with pytest.raises(SystemExit):
        cli.main([name, "-h"])
    assert f"  madeleine {name} " in capsys.readouterr().out
