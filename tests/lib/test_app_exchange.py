"""What a host takes away and brings: exports, and drafts that replace everything."""

import struct
import zlib

import features
import pytest
from gauge import PICTURES
from messages import base64
from settings import name_of

from tests.fakes.desk import CUP, PEN, SCALE, Desk
from tests.lib.session_camera import events

FULL = bytes([60]) * features.LENGTH


@pytest.fixture
def desk(monkeypatch):
    return Desk(monkeypatch)


def taught(desk):
    desk.say(do="limit", value=150)
    desk.say(do="anchor", value=0)
    desk.say(do="learn", name="cup")
    desk.board.view = PEN
    desk.say(do="exclude")
    return desk


def contents(desk):
    """Everything in memory."""
    changes = desk.app.memory.changes()
    return [(change.what, change.key, _plain(change.value)) for change in changes]


def _plain(value):
    return value if isinstance(value, str) else bytes(value)


def exported(desk):
    told = desk.say(do="export", id="x") + desk.turn(10)
    assert {entry.pop("id") for entry in told} == {"x"}
    return told


def checksum(records):
    """As a host computes it: keys and values in bytes, NUL after the name of a setting."""
    crc = 0
    for what, key, value in records:
        if what == "anchor":
            head = bytes([key]) if key in (0, 100) else struct.pack("<h", key)
        else:
            head = key.encode() + (b"\0" if what == "setting" else b"")
        crc = zlib.crc32(value.encode() if what == "setting" else value, zlib.crc32(head, crc))
    return f"{crc:08x}"


def put(desk, what, key, value):
    if what == "setting":
        return desk.say(do=name_of(key), value=value, draft=True, id=1)
    named = {"do": what, "value": key} if what == "anchor" or key else {"do": "exclude"}
    return desk.say(**named, vector=base64(value), draft=True, id=1)


def test_an_export_has_everything(desk):
    taught(desk)
    told = exported(desk)
    assert [{key: entry[key] for key in entry if key != "v"} for entry in told] == [
        {"event": "setting", "name": "limit2", "value": "150"},
        {"event": "anchored", "value": 0, "vector": base64(CUP)},
        {"event": "example", "index": 0, "name": "cup", "vector": base64(CUP)},
        {"event": "example", "index": 1, "name": "", "vector": base64(PEN)},
        {"event": "exported", "count": 2, "anchors": 1, "settings": 1, "checksum": checksum(contents(desk))},
    ]


@pytest.mark.parametrize("change", [{"do": "learn"}, {"do": "undo"}, {"do": "reset", "value": "yes"}])
def test_a_change_ends_an_export(desk, change):
    taught(desk)
    desk.say(do="export", id="x")
    told = desk.say(**change)
    assert (told[0]["event"], told[0].get("code"), told[0].get("id")) == ("error", "changed", "x")
    assert not {"example", "exported"} & set(events(desk.turn(10)))
    assert exported(desk)[-1]["event"] == "exported"


def test_a_draft_replaces_everything_at_once(monkeypatch, desk):
    taught(desk)
    desk.say(do="select", name="cup")
    records = [("setting", "limit2", "90"), ("setting", "brightness", "2")]
    records += [("anchor", -40, CUP), ("anchor", 0, PEN), ("anchor", 0, FULL), ("anchor", 100, CUP)]
    records += [("learn", "りんご", PEN), ("learn", "", FULL)]
    before = contents(desk)
    assert events(desk.say(do="begin", id=1)) == ["begun"]
    for record in records:
        assert [(entry["event"], entry["id"]) for entry in put(desk, *record)] == [("drafted", 1)]
        assert contents(desk) == before
    told = desk.say(do="commit", value=checksum(records), id=2)
    assert [(entry["event"], entry["examples"], entry["id"]) for entry in told if entry["event"] == "committed"] == [
        ("committed", 2, 2)
    ]
    assert sorted(map(repr, contents(desk))) == sorted(map(repr, records))
    assert desk.app.session.limit_steps() == SCALE.steps(90)
    assert desk.app.session.classes.current() == "りんご"
    assert contents(Desk(monkeypatch, flash=desk.flash)) == contents(desk)
    assert "learned" in events(desk.say(do="learn", name="box"))


def test_a_change_at_the_camera_wins_over_a_draft(desk):
    taught(desk)
    desk.say(do="begin")
    put(desk, "learn", "pen", PEN)
    desk.press("A")
    assert [entry["code"] for entry in put(desk, "learn", "pen", PEN)] == ["draft"]
    assert [entry["code"] for entry in desk.say(do="commit", value="00000000")] == ["draft"]
    assert [label for label, _ in desk.examples()] == ["cup", "", "cup"]


def test_a_dropped_draft_leaves_everything(desk):
    before = contents(taught(desk))
    desk.say(do="begin")
    put(desk, "learn", "pen", PEN)
    assert events(desk.say(do="drop")) == ["dropped"]
    assert contents(desk) == before and len(desk.flash.files) == 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"do": "learn", "name": "cup", "vector": "AAAA", "draft": True}, "vector"),
        ({"do": "learn", "name": "*cup", "vector": base64(CUP), "draft": True}, "name"),
        ({"do": "mark", "value": 10000, "vector": base64(CUP), "draft": True}, "argument"),
        ({"do": "anchor", "value": 0, "draft": True}, "argument"),
        ({"do": "anchor", "value": 0, "vector": 7}, "vector"),
        ({"do": "limit", "value": 0, "draft": True}, "argument"),
        ({"do": "forget", "name": "cup", "draft": True}, "argument"),
        ({"do": "status", "draft": True}, "argument"),
        ({"do": "commit", "value": "123"}, "argument"),
        ({"do": "commit", "value": "00000001"}, "checksum"),
        ({"do": "begin", "name": "x"}, "argument"),
    ],
)
def test_what_is_no_part_of_a_draft(desk, fields, code):
    before = contents(taught(desk))
    desk.say(do="begin")
    assert [entry["code"] for entry in desk.say(**fields)] == [code]
    assert contents(desk) == before


def test_more_pictures_of_marks_than_fit_are_refused_before_flash_is_touched(desk):
    for number in range(PICTURES):
        assert "anchor" in events(desk.say(do="mark", value=number, vector=base64(PEN)))
    before, files = contents(desk), {name: bytes(data) for name, data in desk.flash.files.items()}
    assert desk.say(do="mark", value=0)[-1]["code"] == "full"
    assert (contents(desk), {name: bytes(data) for name, data in desk.flash.files.items()}) == (before, files)
    desk.say(do="begin")
    told = [desk.say(do="mark", value=-7, vector=base64(CUP), draft=True)[-1] for _ in range(PICTURES + 1)]
    assert [entry["event"] for entry in told] == ["drafted"] * PICTURES + ["error"]
    assert told[-1]["code"] == "full" and contents(desk) == before
    desk.say(do="forget", name="gauge")
    assert "anchor" in events(desk.say(do="mark", value=0))


@pytest.mark.parametrize("word", ["anchor", "mark"])
def test_a_mark_of_the_host(desk, word):
    told = desk.say(do=word, value=100, vector=base64(PEN), id=4)
    assert [(entry["event"], entry["value"], entry["id"]) for entry in told] == [("anchor", 100, 4)]
    assert [(which, bytes(vector)) for which, vector in desk.app.memory.gauge.marks()] == [(100, PEN)]


def test_link_of_a_draft_takes_effect(desk):
    desk.say(do="begin")
    put(desk, "setting", "link", "brownie")
    assert desk.say(do="status") != []
    desk.say(do="commit", value=checksum([("setting", "link", "brownie")]))
    assert desk.say(do="status") == []


def test_export_tells_one_example_a_turn_and_the_camera_goes_on_seeing(desk):
    desk.say(do="learn", name="cup")
    desk.board.view = PEN
    desk.say(do="exclude")
    desk.turn(5)
    told = [desk.say(do="export", id=3), desk.turn(), desk.turn(), desk.turn()]
    example = {"v": 1, "event": "example", "index": 0, "name": "cup", "vector": base64(CUP), "id": 3}
    ignored = {**example, "index": 1, "name": "", "vector": base64(PEN)}
    assert told[:2] + told[3:] == [[example], [ignored], []]
    assert [(entry["event"], entry["count"], entry["id"]) for entry in told[2]] == [("exported", 2, 3)]


def test_what_was_exported_can_be_imported(monkeypatch, desk):
    for view, label in ((CUP, "cup"), (PEN, ""), (PEN, "りんご")):
        desk.board.view = view
        desk.say(**named(label), vector=base64(view))
    told = desk.say(do="export") + desk.turn(4)
    other = Desk(monkeypatch)
    for entry in told:
        if entry["event"] == "example":
            other.say(**named(entry["name"]), vector=entry["vector"])
    assert other.examples() == desk.examples() == [("cup", CUP), ("", PEN), ("りんご", PEN)]


def named(label):
    """The request that teaches a label."""
    return {"do": "learn", "name": label} if label else {"do": "exclude"}


@pytest.mark.parametrize("vector", [7, "", "AAAA", "!", base64(bytes([200]) * 768), base64(bytes(767))])
def test_a_bad_vector_is_refused(desk, vector):
    told = desk.say(do="learn", name="cup", vector=vector, id=5)
    assert [(entry["event"], entry["code"], entry["id"]) for entry in told] == [("refused", "vector", 5)]
    assert desk.examples() == [] and desk.flash.effects == []
