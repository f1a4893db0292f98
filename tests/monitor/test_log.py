"""Logs: what is written can be played again, and a damaged one costs its damaged lines only."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madeleine.errors import ToolError
from madeleine.monitor.items import Cable, Heard, Linked, Noted, Tick
from madeleine.monitor.log import LogFile, LogSink, entry, item_of, replayed
from madeleine.monitor.state import State

from tests.monitor.app_lines import line

ITEMS = [
    Linked(1763712000.0, Cable.CONNECTED, "/dev/ttyUSB0"),
    Heard(1763712001.25, line("seen", name="りんご", distance=83.2)),
    Heard(1763712002.5, "[DETECTED]: cup"),
    Heard(1763712003.0, "noise \0 \x9b \ud800"),
    Noted(1763712004.125, "rule 1: failed"),
    Linked(1763712005.0, Cable.LOST, "pulled"),
]


def read_back(path: Path) -> list:
    return list(replayed(path, 0))


def test_what_is_logged_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    log = LogFile(path)
    for number, item in enumerate(ITEMS, 1):
        log.take(item, [])
        log.take(Tick(item.at_s), [])
        assert len(read_back(path)) == number, "on the disk at once, and ticks are not"
    log.close()
    back = read_back(path)
    assert json.loads(back[1].line) == json.loads(ITEMS[1].line)
    assert [item for item in back if item != back[1]] == [item for item in ITEMS if item != ITEMS[1]]


def test_a_password_on_a_card_is_not_kept() -> None:
    brownie = '[QR]: {"ssid":"home","pass":"s3cret"}'
    assert json.loads(entry(Heard(0.0, brownie)) or "")["line"] == "[QR]: {...}"
    told = State().take(Heard(0.0, brownie))
    assert [one.text for one in told] == ["card: {...}"]


@given(st.text(), st.floats(0, 4e9))
def test_any_line_is_one_line_of_the_log(text: str, at_s: float) -> None:
    stream = io.StringIO()
    LogSink(stream).take(Heard(at_s, text), [])
    kept = stream.getvalue()
    kept.encode()
    assert kept.endswith("\n")
    assert len(kept.splitlines()) == 1
    assert isinstance(item_of(kept), Heard)


def test_names_are_readable_in_it_and_messages_are_json() -> None:
    assert "りんご" in entry(ITEMS[1])
    assert json.loads(entry(ITEMS[1]))["said"]["event"] == "seen"
    assert "line" in json.loads(entry(Heard(1.0, '{"v": 1, "event": "seen", "distance": NaN}')))


@pytest.mark.parametrize("depth", [100, 900, 980, 990, 3000])
def test_brackets_without_end_are_kept_as_a_line(depth: int) -> None:
    text = '{"v": 1, "event": "x", "a": ' + "[" * depth + "]" * depth + "}"
    assert ('"said"' if depth == 100 else '"') in entry(Heard(1.0, text))


def test_a_log_goes_on_after_a_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(entry(ITEMS[0]) + "\n" + entry(ITEMS[1])[:20])
    log = LogFile(path)
    log.take(ITEMS[2], [])
    log.close()
    first, second, note = read_back(path)
    assert (first, second) == (ITEMS[0], ITEMS[2])
    assert note.text.startswith("1 lines of")


@pytest.mark.parametrize(
    "text", ["7", "[]", "{}", '{"time": 1}', '{"time": "today", "line": "x"}', '{"time": "2025-11-21"}', "[" * 9999]
)
def test_lines_of_something_else(text: str) -> None:
    assert item_of(text) is None


def test_what_cannot_be_read_or_written(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="cannot be read"):
        read_back(tmp_path / "missing")
    (tmp_path / "empty").write_text("hello\n\n")
    with pytest.raises(ToolError, match="not one line"):
        read_back(tmp_path / "empty")
    with pytest.raises(ToolError, match="give another file"):
        LogFile(tmp_path)
    full = LogFile(Path("/dev/full"))
    with pytest.raises(ToolError, match="No space"):
        full.take(ITEMS[0], [])
    full.close()


def test_time_passes_as_it_did(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("".join(entry(item) + "\n" for item in ITEMS))
    slept = []
    items = list(replayed(path, 10, slept.append))
    assert sum(slept) == pytest.approx(0.5)
    assert max(slept) <= 0.25
    assert [item.at_s for item in items] == sorted(item.at_s for item in items)


def test_a_clock_that_was_set_back_stops_nothing(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("".join(entry(item) + "\n" for item in reversed(ITEMS)))
    slept = []
    assert len(list(replayed(path, 1, slept.append))) == len(ITEMS)
    assert slept == []
