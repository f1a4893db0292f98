"""The model on the virtual board: its names, why it cannot be used, and the GC heap that it leaves."""

import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from madeleine.device import heap, store
from madeleine.kpu import Network
from madeleine.kpu.editor.edit import with_byte_features
from madeleine.kpu.format.kmodel import parse
from madeleine.kpu.format.write import write
from madeleine.model import find_model
from madeleine.model.identity import name_of_model
from madeleine.sim.board import VirtualBoard
from madeleine.sim.builds import BUILDS
from madeleine.sim.eyes import HostEyes
from madeleine.sim.power import PowerOff
from madeleine.sim.scenario.stage import HostStage, play
from madeleine.sim.scenes import scene
from madeleine.sim.world import Scene, World, world

FORMER = ("77f24dac", "8dbed2eb")  # the names that the first edition gave to its own model
TRUNCATING, ROUNDING = "v0.5.0_9", "v0.5.1"
ADDRESS = 0x300000
BLACK = Scene("black", np.zeros((224, 224, 3), np.uint8))
NAMES = """
import vision

camera, network = vision.Camera(False), vision.Network()
camera.start()
network.load()
picture = camera.snapshot()
print(network.identity(picture), *sorted(network.former_identities(picture)))
"""
AS_THE_FIRST_EDITIONS_OWN = NAMES.replace(
    "print(", "vision.OWN_MODEL = network.identity(picture)\nnetwork.identity(picture)\nprint("
)
LOAD = """
import vision

try:
    vision.Network().load()
except vision.PartError as error:
    print(error)
"""
FLASH, SHRINK = "run madeleine flash --model madeleine", "run madeleine install"


@pytest.fixture
def brownie(shared: Path) -> Path:
    return shared / "models" / "mbnet751_feature.kmodel"


@pytest.fixture
def made(tmp_path: Path) -> Callable[[bytes], Path]:
    def make(data: bytes) -> Path:
        (tmp_path / "made.kmodel").write_bytes(data)
        return tmp_path / "made.kmodel"

    return make


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def own() -> Callable[[str], tuple[str, str]]:
    """(its name, what the first edition would have called it) of our own model on a build."""

    def names(build: str) -> tuple[str, str]:
        model = HostEyes().load(find_model("madeleine"))
        outputs = HostEyes().forward(model.rounded if BUILDS[build].rounds else model, BLACK)
        return name_of_model(outputs), f"{zlib.crc32(outputs[0][1]):08x}"

    return names


@pytest.mark.parametrize("build", BUILDS)
def test_our_model_has_one_name_on_every_build(said, own, build):
    name, by_features = own(build)
    assert name == own(TRUNCATING)[0]
    assert said(NAMES, build=build, model=find_model("madeleine")) == [f"{name} {by_features}"]


def test_firmwares_that_round_gave_it_another_name_before(own):
    assert own(TRUNCATING)[1] != own(ROUNDING)[1]


def test_the_model_of_the_first_edition_had_two_names_and_keeps_both(said, own):
    name, by_features = own(TRUNCATING)
    assert said(AS_THE_FIRST_EDITIONS_OWN, build=TRUNCATING, model=find_model("madeleine")) == [
        " ".join([name, *sorted([*FORMER, by_features])])
    ]


def test_the_virtual_board_knows_builds_of_both_kinds():
    assert [BUILDS[build].rounds for build in (TRUNCATING, ROUNDING)] == [False, True]


def test_a_model_without_notes_is_named_by_its_features_as_ever(said, brownie):
    for build in (TRUNCATING, ROUNDING):
        assert said(NAMES, build=build, model=brownie) == ["f1141d6b"]


def test_a_model_made_by_its_owner_was_named_by_what_this_firmware_makes_of_it(said, made, brownie):
    model = made(write(with_byte_features(parse(brownie.read_bytes()))))
    names = [said(NAMES, build=build, model=model)[0].split() for build in (TRUNCATING, ROUNDING)]
    assert names[0][0] == names[1][0]
    assert len(names[0]) == len(names[1]) == 2
    assert names[0][1] != names[1][1]


@pytest.mark.parametrize(("model", "least"), [("brownie", 1.5e-6), ("tour", 2e-5)])
def test_features_that_the_app_rounds_itself_are_not_near_a_half(brownie, model, least):
    """For such models the app rounds, in one way on all builds, what builds add up; sums differ by some 6e-8."""
    network = Network.load(brownie if model == "brownie" else find_model(model))
    steps = network.run(np.zeros((224, 224, 3), np.uint8)).ravel().astype(float) * 127 / 6
    from_a_half = np.abs(steps - np.floor(steps) - 0.5)
    assert (from_a_half / np.maximum(steps, 0.5)).min() > least


def test_rounding_moves_a_view_by_less_than_one_of_two_hundred(tmp_path):
    eyes = HostEyes()
    model = eyes.load(find_model("madeleine"))
    for name in ("cup", "ball", "desk"):
        seen = Scene(name, scene(name))
        features = [np.frombuffer(eyes.forward(m, seen)[0][1], np.uint8).astype(int) for m in (model, model.rounded)]
        differing = features[1] - features[0]
        assert set(differing) == {0, 1}
        assert (differing**2).sum() * 36 / 127**2 < 2


LESSON = f"""
model madeleine
build {TRUNCATING}
boot
expect usb {{"event": "ready", "examples": 0}}
frame cup
wait 3 frames
press A
expect usb {{"event": "learned", "name": "A"}}
frame ball
wait 3 frames
expect nothing
cut
build {ROUNDING}
boot
expect usb {{"event": "ready", "examples": 1}}
frame cup
expect seen A
"""


def test_taught_before_an_update_of_the_firmware_and_known_after_it(tmp_path):
    play(LESSON, "scenario", HostStage(tmp_path / "flash", tmp_path))


@pytest.mark.parametrize("build", [TRUNCATING, ROUNDING])
def test_what_the_first_edition_was_taught_is_known(tmp_path, own, build):
    from change import LEARN, Change

    from tests.fakes.flash import Flash
    from tests.lib.powercut import PlainMemory

    model, former = own(build)
    files = Flash()
    taught = store.Store(files, former.encode(), 768)
    taught.load(PlainMemory())
    taught.apply(Change(LEARN, "cup", bytes(range(96)) * 8))
    (tmp_path / "flash").mkdir()
    for name, data in files.files.items():
        (tmp_path / "flash" / name).write_bytes(data)
    text = f'model madeleine\nbuild {build}\nboot\nexpect usb {{"event": "ready", "model": "{model}", "examples": 1}}'
    play(text, "scenario", HostStage(tmp_path / "flash", tmp_path))


# -- why a model cannot be used ---------------------------------------------------------------------------------------


def needing(main_memory_bytes: int) -> bytes:
    """Our model, whose header asks for this memory."""
    data = bytearray(find_model("madeleine").read_bytes())
    struct.pack_into("<I", data, 20, main_memory_bytes)
    return bytes(data)


HEAD_OF_V4 = struct.pack("<4s9I", b"LDMK", 4, 0, 1, 0, 0, 0, 0, 0, 0) + bytes(1000)
HEAD_OF_V5 = struct.pack("<4s7I", b"LDMK", 5, 32, 0, 8, 1, 0, 0) + bytes(1000)
CANNOT_TELL = f"no kmodel of version 3 at 0x300000: {FLASH}"
NOTHING = f"no model at 0x300000: {FLASH}"


@pytest.mark.parametrize(
    ("build", "data", "sentence"),
    [
        # As the firmware says: v0.5.0_9 has one number for all that is not version 3.
        ("v0.5.0_9", b"\xff" * 4096, CANNOT_TELL),
        ("v0.5.0_9", b"a text" * 100, CANNOT_TELL),
        ("v0.5.0_9", HEAD_OF_V4, CANNOT_TELL),
        ("v0.5.0_9", HEAD_OF_V5, CANNOT_TELL),
        ("v0.5.0_9", needing(2_000_000), f"the model at 0x300000 is too large for this board: {FLASH}"),
        ("v0.5.1", b"\xff" * 4096, NOTHING),
        ("v0.5.1", b"a text" * 100, NOTHING),
        ("v0.5.1", HEAD_OF_V5, f"the model at 0x300000 has version 5, this firmware takes 3: {FLASH}"),
        ("v0.5.1", b"\x03\0\0\0" + b"\x55" * 500, f"the model at 0x300000 is damaged: {FLASH}"),
        ("v0.4.0_47", b"\xff" * 4096, f"no kmodel of version 3 at 0x300000, or a too large one: {FLASH}"),
    ],
)
def test_a_model_that_does_not_load(said, made, build, data, sentence):
    assert said(LOAD, build=build, model=made(data)) == [sentence]


def test_a_heap_that_was_set_for_a_smaller_model_is_named(said, made):
    program = "import vision, heap\nvision.heap_bytes = lambda: heap.LEAST_BYTES + 1\n" + LOAD
    model = made(needing(2_000_000))
    assert said(program, model=model) == [f"the model at 0x300000 needs more memory than there is: {SHRINK}"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("load error:2", "no kmodel of version 3 at /sd/model.kmodel"),
        ("load error:2005, ERR_READ_FILE", "the model at /sd/model.kmodel cannot be read"),
        ("load error:-4", "the model at /sd/model.kmodel is encrypted for another board"),
        ("load error:2008, ERR", "the model at /sd/model.kmodel does not load (error 8)"),
    ],
)
def test_the_model_of_a_memory_card_is_taken_out(said, error, sentence):
    program = f"""
import KPU, vision

def load(source):
    raise ValueError('[MAIXPY]kpu: {error}')

KPU.load = load
vision._exists = lambda path: True
"""
    assert said(program + LOAD) == [f"{sentence}: take the memory card out"]


def test_a_model_for_other_pictures(said):
    program = """
import KPU, vision

def forward(task, picture, output=0):
    raise ValueError('[MAIXPY]kpu: check img format err!')

KPU.forward = forward
camera, network = vision.Camera(False), vision.Network()
camera.start()
network.load()
try:
    network.identity(camera.snapshot())
except vision.PartError as error:
    print(error)
"""
    sentence = f"the model takes other pictures than 224x224 in colour: {FLASH}"
    assert said(program, model=find_model("tour")) == [sentence]


# -- the heap ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def start(tmp_path: Path, root: Path) -> Iterator[Callable[..., tuple[int, list[str]]]]:
    """Starts the app with a heap that was set to this, and gives the heap after two seconds, and what was said."""

    def run(model: Path, heap_bytes: int, *, unset: bool = False, build: str = "v0.5.0_9") -> tuple[int, list[str]]:
        board = VirtualBoard(tmp_path / "flash", build=build, model=model)
        board.install(root)
        flash = tmp_path / "flash"
        (flash / "freq.conf").write_bytes(struct.pack("<4I", 416_000_000, 400_000_000, 1, heap_bytes))
        world.scene = Scene("desk", scene("desk"))
        if unset:
            (flash / heap.UNSET).write_bytes(b"")

        def off(world: World) -> None:
            if b'"ready"' in world.usb_out or world.now_ms > 20_000:
                raise PowerOff

        assert board.boot(off) == "off"
        asked = struct.unpack("<4I", (flash / "freq.conf").read_bytes())[3]
        return asked, [line for line in world.usb_out.decode().split("\r\n") if "heap" in line and "#" not in line]

    yield run
    world.power_on()


def test_the_first_start_sets_the_heap_and_starts_again(start, tmp_path):
    assert start(find_model("madeleine"), 524_288, unset=True) == (420_000, [])
    assert not (tmp_path / "flash" / heap.UNSET).exists()
    assert world.gc_heap_bytes == 420_000


def test_a_heap_that_fits_is_left_alone(start):
    assert start(find_model("madeleine"), 420_000) == (420_000, [])


@pytest.mark.parametrize(
    ("model", "heap_bytes", "right"), [("madeleine", 290_000, 420_000), ("brownie", 420_000, 290_000)]
)
def test_a_heap_for_another_model_is_told_and_left_alone(start, brownie, model, heap_bytes, right):
    asked, lines = start(brownie if model == "brownie" else find_model(model), heap_bytes)
    assert asked == heap_bytes
    sentence = f"The heap has {heap_bytes} bytes, with this model it should have {right}: run madeleine install"
    assert sentence in lines[0]


def test_a_large_model_loads_though_the_heap_was_set_for_a_smaller_one(start, made):
    """Once an installation has asked for it; it has no memory left for cards."""
    large = made(needing(900_000))
    assert start(large, heap.MOST_BYTES, unset=True)[0] == heap.LEAST_BYTES
    assert b'"ready"' in world.usb_out


def test_a_heap_that_cannot_be_set_is_left_alone(start):
    """v0.4.0: 512 KB, always."""
    assert start(find_model("madeleine"), 290_000, build="v0.4.0_47") == (290_000, [])
