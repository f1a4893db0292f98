"""Rules that watch: a table of stories, each in the rules' own time; and the recipes of docs/guide, both languages."""

import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest
from madeleine.monitor.actions import RulesSink
from madeleine.monitor.items import Cable, Heard, Linked, Tick
from madeleine.monitor.rules_file import RulesError, load
from madeleine.monitor.state import State

from tests import ROOT
from tests.monitor.app_lines import line, seen

NOON_S = 1763694000.0  # 12:00 in Tokyo
PULLED = "pulled"
PLUGGED = "plugged"
GONE = line("gone")


@pytest.fixture(autouse=True)
def tokyo(monkeypatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def acted(rules: str, story: list[tuple[float, str | None]], tmp_path: Path, monkeypatch) -> list[tuple[float, str]]:
    """The times, in seconds from noon, at which the rules act, and what the event is."""
    done: list[tuple[float, str]] = []
    monkeypatch.setattr(
        "madeleine.monitor.lane.Lane.put", lambda _, rule, change: done.append((change.at_s - NOON_S, change.event))
    )
    path = tmp_path / "rules.toml"
    path.write_text(rules, encoding="utf-8")
    state, sink = State(), RulesSink(load(path), Queue().put)
    for after_s, what in story:
        at_s = NOON_S + after_s
        cable = {PULLED: Cable.LOST, PLUGGED: Cable.CONNECTED}.get(what or "")
        item = Tick(at_s) if what is None else Linked(at_s, cable, "port") if cable else Heard(at_s, what)
        sink.take(item, state.take(item))
    sink.close()
    return done


def gauge(value: float | None) -> str:
    return line("gauge", value=value)


CUP, PEN = seen("cup"), seen("pen")
LOW = [(1, gauge(50)), (2, gauge(19)), (3, gauge(18)), (4, gauge(20)), (5, gauge(None)), (6, gauge(5))]
STORIES = [
    ('gauge = "< 20"', LOW, [(2, "gauge"), (6, "gauge")]),
    ('gauge = ">= 50"', LOW, [(1, "gauge")]),
    (
        'gauge = "< 20"\nfor = "3 s"',
        [(1, gauge(10)), (3, gauge(30)), (4, gauge(9)), (6, gauge(8)), (9, None)],
        [(7, "gauge")],
    ),
    ('gauge = "< 20"\nfor = "3 s"', [(1, gauge(10)), (2, PULLED), (3, PLUGGED), (9, None)], []),
    ('name = "cup"\nfor = "5 min"', [(0, CUP), (299, None), (301, None), (700, None)], [(300, "appears")]),
    ('name = "cup"\nfor = "5 min"', [(0, CUP), (200, GONE), (201, CUP), (400, None), (501, None)], [(501, "appears")]),
    ('name = "cup"\nfor = "5 min"', [(0, CUP), (200, PEN), (700, None)], []),
    ('name = "cup"\nfor = "5 min"', [(0, CUP), (200, PULLED), (700, None)], []),
    ('name = "cup"\nwhen = "goes"\nfor = "1 min"', [(0, CUP), (10, GONE), (80, None)], [(70, "goes")]),
    ('name = "cup"\nfor = "5 min"', [(0, CUP), (-1000, None), (-800, None), (-699, None)], [(-700, "appears")]),
    (
        'not_seen_for = "8 h"\nname = "cat"',
        [(0, None), (28799, None), (28800, None), (90000, None)],
        [(28800, "unseen")],
    ),
    ('not_seen_for = "10 s"', [(0, CUP), (60, None), (61, GONE), (70, None), (71, None), (99, None)], [(71, "unseen")]),
    (
        'not_seen_for = "10 s"',
        [(0, None), (5, PULLED), (60, None), (61, PLUGGED), (70, None), (71, None)],
        [(71, "unseen")],
    ),
    ("count = 3", [(t, what) for t in range(0, 12, 2) for what in (CUP, GONE)], [(4, "appears"), (10, "appears")]),
    (
        'count = 2\nwithin = "5 s"',
        [(0, CUP), (1, GONE), (9, CUP), (10, GONE), (12, CUP), (13, GONE), (14, CUP)],
        [(12, "appears")],
    ),
    ('name = "cup"\nafter = "pen"', [(0, CUP), (1, PEN), (2, CUP), (3, GONE), (4, CUP)], [(2, "appears")]),
    ('name = "cup"\nafter = "pen"\nwithin = "5 s"', [(0, PEN), (9, CUP), (10, PEN), (15, CUP)], [(15, "appears")]),
    ('name = "cup"\nafter = "cup"\nwithin = "5 s"', [(0, CUP), (1, GONE), (2, CUP)], [(2, "appears")]),
    ('quiet = "11:30-12:30"', [(0, CUP), (1799, GONE), (1800, CUP)], [(1800, "appears")]),
    ('quiet = "22:00-12:01"', [(0, CUP), (59, GONE), (60, CUP)], [(60, "appears")]),
    ('pause_s = 10\ngauge = "< 20"', LOW, [(2, "gauge")]),
]


@pytest.mark.parametrize(("rule", "story", "expected"), STORIES)
def test_stories(rule: str, story, expected, tmp_path: Path, monkeypatch) -> None:
    assert acted(f"[[rule]]\n{rule}\nrun = ['true']\n", story, tmp_path, monkeypatch) == expected


def test_a_name_after_another_is_held_by_itself(tmp_path: Path, monkeypatch) -> None:
    story = [(float(number), seen(f"{number} $(reboot)")) for number in range(3)]
    assert acted("[[rule]]\nfor = '1 s'\nrun = ['true']\n", story, tmp_path, monkeypatch) == [
        (1, "appears"),
        (2, "appears"),
    ]


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("gauge = 20", "comparison"),
        ("gauge = '~ 20'", "comparison"),
        ("gauge = '< 20'\nname = 'cup'", "leave out name"),
        ("gauge = '< 20'\nwhen = 'goes'", "gauge and when"),
        ("gauge = '< 20'\nnot_seen_for = '1 s'", "gauge and not_seen_for"),
        ("for = 5", "duration"),
        ("for = '5 minutes'", "duration"),
        ("for = '0 s'", "duration"),
        ("for = '32 d'", "duration"),
        ("for = '1 s'\nwhen = 'changes'", "one thing that lasts"),
        ("count = 0", "whole number"),
        ("count = true", "whole number"),
        ("within = '1 s'", "give one of these"),
        ("quiet = '22:00'", "part of the day"),
        ("quiet = '22:00-25:00'", "part of the day"),
        ("quiet = '07:00-07:00'", "part of the day"),
        ("quiet = 7", "part of the day"),
        ("after = ['cup']", "after is no text"),
    ],
)
def test_what_cannot_be(rule: str, what: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(f"[[rule]]\n{rule}\nrun = ['true']\n")
    with pytest.raises(RulesError, match=what):
        load(path)


@pytest.mark.parametrize("page", ["recipes.md", "recipes.ja.md"])
def test_the_recipes(page: str, tmp_path: Path) -> None:
    recipes = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/guide" / page).read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "rules.toml"
    titles = []
    for recipe in recipes:
        path.write_text(recipe, encoding="utf-8")
        titles += [rule.title for rule in load(path).rules]
    assert titles == [
        "rule 1 (open appears, for 5 min, quiet 22:00-07:00)",
        "rule 1 (the gauge, gauge < 20, for 10 s)",
        "rule 1 (cat appears, count 3, within 1 h)",
        "rule 2 (cat appears, not_seen_for 12 h)",
        "rule 1 (the gauge, gauge >= 80)",
        "rule 2 (lid appears, within 30 s, after label)",
        "rule 1 (any view odd)",
    ]


def test_a_program_gets_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    code = "import os; open('read', 'w').write(os.environ['MADELEINE_GAUGE'])"
    path.write_text(f"[[rule]]\ngauge = '< 20'\nrun = {json.dumps([sys.executable, '-c', code])}\n")
    state, sink = State(), RulesSink(load(path), Queue().put)
    item = Heard(NOON_S, gauge(12.5))
    sink.take(item, state.take(item))
    sink.close()
    assert (tmp_path / "read").read_text() == "12.5"
