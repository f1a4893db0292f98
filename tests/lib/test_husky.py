"""A HuskyLens on the Grove port: the examples of "HUSKYLENS Protocol" 0.5.1, ids, and any rubbish."""

from base64 import b64encode

import pytest
import settings
from features import LENGTH
from husky import DATA_MAX_BYTES, HEAD, Frames, frame
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.desk import CUP, PEN, Desk

OK, BUSY, NEED_PRO = bytes.fromhex("55AA11002E3E"), bytes.fromhex("55AA11003D4D"), bytes.fromhex("55AA11003E4E")


@pytest.fixture
def desk(monkeypatch):
    """A camera that has learned a cup and a pen, looks at the cup, and is a HuskyLens."""
    desk = Desk(monkeypatch)
    for name, view in (("cup", CUP), ("pen", PEN)):
        desk.board.typed += b'{"do": "learn", "name": "%s", "vector": "%s"}\n' % (name.encode(), b64encode(view))
    desk.board.typed += b"*link husky\n"
    desk.turn(4)
    return desk


def ask(desk, data):
    """What comes back on the Grove port for these bytes."""
    desk.board.grove_in += data
    return b"".join(entry[1] for entry in desk.turn() if isinstance(entry, tuple) and entry[0] == "grove")


def answers(desk, command, data=b""):
    return Frames().feed(ask(desk, frame(command, data)))


def numbers(data):
    return [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]


def block(desk, command=0x20, data=b""):
    """(count, ids, [x, y, width, height, id] of each block)."""
    (code, info), *blocks = answers(desk, command, data)
    assert code == 0x29 and [code for code, _ in blocks] == [0x2A] * len(blocks)
    return *numbers(info)[:2], [numbers(data) for _, data in blocks]


# The requests that the document spells out, byte by byte, and what comes back here.
WRITTEN = [
    ("55AA11002C3C", OK),  # knock
    ("55AA11022D010040", NEED_PRO),  # tracking: this network gives no map
    ("55AA11072F010554455354008C", OK),  # custom name: id 1 is TEST
    ("55AA11003040", NEED_PRO),  # photo
    ("55AA110232010045", OK),  # save as 1: a set of ours
    ("55AA110233010046", BUSY),  # load 1: there is none yet
    ("55AA110A3406007878544553545F3114", OK),  # custom text
    ("55AA11003545", OK),  # clear it
    ("55AA110236010049", OK),  # learn as 1
    ("55AA11003747", OK),  # forget
    ("55AA11003949", NEED_PRO),  # screenshot
    ("55AA11003B4B", bytes.fromhex("55AA11023B00004D")),  # the standard model
    ("55AA11003D4D", b""),  # answers are no requests
    ("55AA11003E4E", b""),
    ("55AA11002E3E", b""),
    ("55AA110A2901000100050000000000" + "4A", b""),
    ("55AA110A2A2C01C8000A001400010058", b""),
]


@pytest.mark.parametrize(("request_", "answer"), WRITTEN)
def test_the_documents_examples(desk, request_, answer):
    assert ask(desk, bytes.fromhex(request_)) == answer


@pytest.mark.parametrize(
    ("request_", "blocks"),
    [
        ("55AA11002030", 1),
        ("55AA11002131", 1),
        ("55AA11002232", 0),
        ("55AA11002333", 1),
        ("55AA11002434", 1),
        ("55AA11002535", 0),
        ("55AA110226010039", 1),
        ("55AA11022701003A", 1),
        ("55AA11022801003B", 0),
        ("55AA11022602003A", 0),  # id 2 is the pen
    ],
)
def test_what_is_seen(desk, request_, blocks):
    (code, info), *rest = Frames().feed(ask(desk, bytes.fromhex(request_)))
    assert (code, numbers(info)[:2], numbers(info)[3:]) == (0x29, [blocks, 2], [0, 0])
    assert [numbers(data) for _, data in rest] == [[160, 120, 224, 224, 1]] * blocks


def test_the_frame_number_goes_up(desk):
    first, second = [numbers(answers(desk, 0x20)[0][1])[2] for _ in range(2)]
    assert second == first + 1


def test_nothing_seen_is_no_block(desk):
    desk.board.view = bytes([30, 0, 0, 90] * (LENGTH // 4))
    desk.turn(8)
    assert block(desk) == (0, 2, [])


def test_a_probable_answer_is_no_block_for_who_wants_sure_ones(desk):
    desk.app.session.answer.sure = False
    desk.app.session.answer.frame = lambda *_: False
    assert len(block(desk)[2]) == 1
    desk.say(do="grove", value="sure")
    assert block(desk) == (0, 2, [])


def test_where_it_is(desk):
    class Warm:
        def box(self):
            return (16, 32, 64, 96)

    where = desk.app.session.why.where
    where.find = lambda name, match: Warm()
    assert block(desk)[2] == [[160, 120, 224, 224, 1]]  # nobody wants to know
    where._last_map = b""
    assert ask(desk, frame(0x2D, b"\1\0")) == OK
    assert block(desk)[2] == [[48 + 16 + 32, 8 + 32 + 48, 64, 96, 1]]
    where.find = lambda name, match: None  # this frame gives no place: the last one
    assert block(desk)[2] == [[96, 88, 64, 96, 1]]
    assert ask(desk, frame(0x2D, b"\6\0")) == OK
    assert block(desk)[2] == [[160, 120, 224, 224, 1]]


@pytest.mark.parametrize("algorithm", [0, 2, 3, 4, 5, 7, 8, 0x106])
def test_other_algorithms_are_not_here(desk, algorithm):
    assert ask(desk, frame(0x2D, algorithm.to_bytes(2, "little"))) == NEED_PRO


def test_firmware_version(desk):
    assert ask(desk, frame(0x3C, b"\x050.4.1")) == OK  # the Arduino library says its own
    assert answers(desk, 0x3C) == [(0x3C, b"\x050.5.1")]


def test_learning(desk):
    desk.board.view = PEN
    assert ask(desk, frame(0x36, b"\2\0")) == OK
    assert ask(desk, frame(0x36, b"\7\0")) == OK
    examples = desk.app.memory.examples
    assert (examples.count_of("pen"), examples.count_of("ID7")) == (2, 1)
    assert block(desk)[1] == 3
    assert [ask(desk, frame(0x36, data)) for data in (b"\0\0", b"\xff\xff", b"", b"\1")] == [BUSY] * 4


def test_a_lesson_that_is_not_learned_is_not_ok(desk):
    desk.board.pixels = bytes(2 * 224 * 224)  # blank
    assert ask(desk, frame(0x36, b"\1\0")) == BUSY
    assert desk.app.memory.examples.count_of("cup") == 1


def test_a_name_of_23_bytes_whatever_follows(desk):
    data = b"\1\4mug1" + bytes(range(200, 216)) + b"\0"
    assert ask(desk, frame(0x2F, data)) == OK
    assert desk.app.memory.examples.labels == ["mug1", "pen"]
    desk.turn(3)  # as long as an answer under a new name takes
    assert block(desk)[2][0][4] == 1
    before = list(desk.flash.effects)
    assert ask(desk, frame(0x2F, data)) == OK
    assert desk.flash.effects == before  # a sketch says so at each start: no wear


def test_a_chosen_number_outlives_the_power(desk, monkeypatch):
    assert ask(desk, frame(0x36, b"\7\0")) == OK
    assert ask(desk, frame(0x2F, b"\7\3hat")) == OK
    again = Desk(monkeypatch, desk.board, desk.flash)
    assert numbers(Frames().feed(ask(again, frame(0x20)))[0][1])[1] == 3
    assert ask(again, frame(0x2F, b"\7\3cap")) == OK
    assert again.app.memory.examples.labels[-1] == "cap"


def test_a_visitor_of_a_locked_camera_writes_no_id(desk):
    desk.say(do="lock", value="4711")
    desk.turn(2)
    before = list(desk.flash.effects)
    assert ask(desk, frame(0x36, b"\7\0")) == OK
    assert ask(desk, frame(0x36, b"\7\0")) == OK
    assert desk.app.memory.examples.count_of("ID7") == 2 and desk.flash.effects == before


def test_a_long_name_keeps_its_number(desk, monkeypatch):
    name = "\U0001f511" * 32  # 128 bytes
    desk.say(do="learn", name=name)
    number = desk.app.port._ids.number(name)
    again = Desk(monkeypatch, desk.board, desk.flash)
    assert again.started and again.app.port._ids.number(name) == number == 3


@pytest.mark.parametrize("data", [b"\1\3pen", b"\7\3mug", b"\1\0", b"\1\2\xff\xff", b"\1\1*", b"", b"\1", b"\1\2a\1"])
def test_names_that_are_refused(desk, data):
    assert ask(desk, frame(0x2F, data)) == BUSY
    assert desk.app.memory.examples.labels == ["cup", "pen"]


def test_texts_stay_on_the_screen_until_they_are_cleared(desk):
    def put(text, x, y):
        return ask(desk, frame(0x34, bytes([len(text), 255 * (x > 254), x % 255, y]) + text + b"\0"))

    assert put(b"low", 10, 200) == put(b"right", 300, 9) == put(b"left", 10, 9) == OK
    desk.turn(200)
    assert desk.app.view.message == "left right low"
    put(b"LEFT", 10, 9)
    desk.turn()
    assert desk.app.view.message == "LEFT right low"
    for place in range(20):
        put(b"%d" % place, 0, place)
    desk.turn()
    assert desk.app.view.message == " ".join(map(str, range(10, 20)))
    assert ask(desk, frame(0x35)) == OK
    desk.turn()
    assert desk.app.view.message == ""
    assert put(b"", 0, 0) == put(b"\xff", 0, 0) == ask(desk, frame(0x34, b"\5\0")) == BUSY


def test_save_and_load_are_sets(desk):
    assert ask(desk, frame(0x33, b"\7\0")) == BUSY, "nothing was saved as 7"
    assert ask(desk, frame(0x32, b"\7\0")) == OK
    assert ask(desk, frame(0x37)) == OK and desk.app.memory.examples.labels == []
    assert ask(desk, frame(0x33, b"\7\0")) == OK
    assert (desk.app.status.set, desk.app.memory.examples.labels) == ("file 7", ["cup", "pen"])
    assert ask(desk, frame(0x32, b"\7\0")) == OK, "it is what counts already"
    assert [ask(desk, frame(command, b"")) for command in (0x32, 0x33)] == [BUSY, BUSY]


def test_two_deeds_at_once_are_one_too_many(desk):
    assert ask(desk, frame(0x37) + frame(0x37) + frame(0x2C)) == BUSY + OK + OK


def test_no_name_goes_out_and_usb_stays_json(desk):
    desk.board.view = PEN
    told = desk.turn(8)
    assert [entry["event"] for entry in told if isinstance(entry, dict)] == ["seen"]
    assert not [entry for entry in told if isinstance(entry, tuple) and entry[0] == "grove"]
    assert desk.say(**{"do": "pass", "value": "{}"})[0]["code"] == "link"


def test_it_comes_and_goes_with_the_setting(desk):
    for value, baud in (("husky115200", 115200), ("husky", 9600), ("brownie", 115200)):
        desk.board.typed += b"*link %s\n" % value.encode()
        assert ("baud", baud) in desk.turn()
    assert ask(desk, frame(0x2C)) == b""
    desk.board.typed += b"*link json\n"
    assert ("baud", 115200) not in desk.turn()
    assert ask(desk, b"\n*status\n").startswith(b'{"v": 1, "event": "status"')
    assert set(settings.HUSKY) < set(settings.LINKS)


def test_what_comes_at_the_end_of_a_turn_is_answered_in_it(desk):
    """A client waits for 100 ms, nearly a turn of the board."""

    def show():
        desk.board.grove_in += frame(0x2C)

    desk.board.panel.show = show
    assert ("grove", OK) in desk.turn()


# -- frames -----------------------------------------------------------------------------------------------------

frames = st.tuples(st.integers(0, 255), st.binary(max_size=DATA_MAX_BYTES))


@given(st.lists(frames, max_size=5), st.integers(1, 40))
def test_frames_in_any_pieces(sent, size):
    data, reader, found = b"".join(frame(*one) for one in sent), Frames(), []
    for at in range(0, len(data), size):
        found += reader.feed(data[at : at + size])
    assert found == sent


@given(st.binary(max_size=300), frames)
def test_a_frame_after_rubbish_is_found_at_once(rubbish, sent):
    """Unless the rubbish begins a frame that takes it for its data: as often as sums agree by chance."""
    reader = Frames()
    reader.feed(rubbish.replace(HEAD, b"\x55\xab\x11") + b"\0")
    assert reader.feed(frame(*sent)) == [sent]


@given(st.integers(0, 255), st.binary(max_size=DATA_MAX_BYTES))
def test_half_a_frame_does_not_hold_up_the_next(length, rest):
    reader = Frames()
    reader.feed(HEAD + bytes([length, 0x2C]) + rest.replace(HEAD, b"\x55\xab\x11"))
    found = [one for _ in range(12) for one in reader.feed(frame(0x2C))]
    assert found[-1] == (0x2C, b"") and len(found) >= 1


@given(st.lists(st.binary(max_size=256) | st.just(HEAD + b"\x40"), max_size=20))
def test_it_keeps_less_than_two_frames(pieces):
    reader = Frames()
    for piece in pieces:
        reader.feed(piece)
        assert len(reader._rest) < 2 * (DATA_MAX_BYTES + 6)
