"""Files of rules: what they say, what is wrong with them, and what a name from a card can do in them (nothing)."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madeleine.monitor.items import Change
from madeleine.monitor.lane import ActionError
from madeleine.monitor.program import command_line
from madeleine.monitor.rules import Broker, Call, Publish, Rules, Run, describe, message_of, topic_of, url_of
from madeleine.monitor.rules_file import RulesError, load

from tests import ROOT

CUP = Change("appears", "cup", 1763712000.0, 83.2)


@pytest.fixture
def rules(tmp_path: Path):
    """Loads the text of a file of rules."""

    def read(text: str) -> Rules:
        path = tmp_path / "rules.toml"
        path.write_text(text, encoding="utf-8")
        return load(path)

    return read


def test_where_and_how_odd() -> None:
    seen = Change("appears", "cup", 0.0, 83.2, True, place=(56, 110))
    odd = Change("odd", "", 0.0, oddness=63)
    assert [message_of("{x} {y} {oddness}", change)[0] for change in (seen, odd, CUP)] == ["56 110 ", "  63", "  "]
    facts = [json.loads(message_of(None, change)[0]) for change in (seen, odd)]
    assert [(fact["x"], fact["y"], fact["oddness"]) for fact in facts] == [(56, 110, None), (None, None, 63)]


def test_the_example_of_the_documents(rules) -> None:
    text = (ROOT / "docs/TOOLS.md").read_text(encoding="utf-8")
    example = text.split("```toml\n")[1].split("```")[0]
    loaded = rules(example)
    assert {type(rule.action) for rule in loaded.rules} == {Run, Publish, Call}
    assert loaded.broker is not None


def test_when_and_what(rules) -> None:
    loaded = rules(
        """
        [[rule]]
        name = "cup"
        run = ["true"]
        [[rule]]
        name = ["cup", "pen"]
        when = "goes"
        web = { url = "http://localhost/hook" }
        timeout_s = 3
        [[rule]]
        when = "changes"
        mqtt = { topic = "seen", retain = true }
        pause_s = 60
        [mqtt]
        host = "localhost"
        """
    )
    gone = Change("goes", "cup", 0.0)
    pen = Change("appears", "pen", 0.0)
    assert [[rule.wants(change) for change in (CUP, gone, pen)] for rule in loaded.rules] == [
        [True, False, False],
        [False, True, False],
        [True, True, True],
    ]
    assert [rule.timeout_s for rule in loaded.rules] == [10, 3, 10]
    assert [rule.pause_s for rule in loaded.rules] == [0, 0, 60]
    assert loaded.broker == Broker("localhost", 1883)
    assert [describe(rule.action) for rule in loaded.rules] == [
        "runs true",
        "calls localhost (POST)",
        "sends MQTT to seen",
    ]


def test_a_rule_can_wait_until_the_camera_is_sure(rules) -> None:
    every, surely, surely_gone = rules(
        """
        [[rule]]
        run = ["true"]
        [[rule]]
        sure = true
        run = ["true"]
        [[rule]]
        sure = true
        when = "goes"
        run = ["true"]
        """
    ).rules
    assert surely.title == "rule 2 (any name appears surely)"
    probable = Change("appears", "cup", 0.0, 150.0, False)
    raised = Change("appears", "cup", 1.0, 80.0, True, raised=True)
    sure = Change("appears", "cup", 0.0, 80.0, True)
    assert [every.wants(change) for change in (CUP, probable, raised, sure)] == [True, True, False, True]
    assert [surely.wants(change) for change in (CUP, probable, raised, sure)] == [True, False, True, True]
    gone = [Change("goes", "cup", 2.0, None, was_sure) for was_sure in (True, False, None)]
    assert [surely_gone.wants(change) for change in gone] == [True, False, True]
    assert json.loads(message_of(None, probable)[0])["sure"] is False
    assert [message_of("{sure}", change)[0] for change in (probable, sure, CUP)] == ["false", "true", ""]


RUN = '[[rule]]\nrun = ["true"]\n'
WRONG = [
    (RUN + "sure = 1", "sure is true or false"),
    ("", "it has no rule"),
    ("rule = 7", "it has no rule"),
    ("rule = [7]", "rule 1: not a table"),
    ("[[rules]]\nrun = ['true']", "'rules' is unknown; a file of rules has rule, mqtt"),
    ("[[rule]]\nrun = ['true'", "not valid TOML"),
    ('[[rule]]\nnmae = "cup"\nrun = ["true"]', "rule 1: 'nmae' is unknown; a rule has name, when"),
    (RUN + "[[rule]]\nname = 7\nrun = ['true']", "rule 2: name is a name, or a list"),
    ("[[rule]]\nname = ['cup', '']\nrun = ['true']", "name is a name"),
    ("[[rule]]\nwhen = 'seen'\nrun = ['true']", "when is one of appears, goes, changes, odd, good, not 'seen'"),
    ("[[rule]]\nname = 'cup'\nwhen = 'odd'\nrun = ['true']", "a view that is odd has no name"),
    ("[[rule]]\nwhen = ['goes']\nrun = ['true']", "when is one of"),
    ("[[rule]]\nname = 'cup'", "does one thing"),
    ("[[rule]]\nrun = ['true']\nweb = { url = 'http://a' }", "does one thing"),
    ("[[rule]]\nrun = 'echo {label}'", "run is a list"),
    ("[[rule]]\nrun = []", "run is a list"),
    ("[[rule]]\nrun = ['echo', 7]", "run is a list"),
    ("[[rule]]\nrun = ['{label}']", "begins with the name of a program"),
    ("[[rule]]\nrun = ['echo', 'saw {label}']", "an argument of its own"),
    ("[[rule]]\nrun = ['echo', '{label}{label}']", "an argument of its own"),
    ("[[rule]]\nrun = ['echo', '{name}']", "{name} is not known; the monitor fills in {label}"),
    ("[[rule]]\nrun = ['echo', \"a\\u0000\"]", "NUL"),
    (RUN + "timeout_s = 0", "timeout_s is a number of seconds"),
    (RUN + "timeout_s = nan", "timeout_s is a number of seconds"),
    (RUN + "pause_s = true", "pause_s is a number of seconds"),
    ("[[rule]]\nmqtt = { topic = 'seen' }", "[mqtt]: is missing"),
    ("[[rule]]\nmqtt = 'seen'", "mqtt is a table"),
    ("[[rule]]\nmqtt = { message = 'x' }", "topic is missing"),
    ("[[rule]]\nmqtt = { topic = 'a/#' }", "without + and #"),
    ("[[rule]]\nmqtt = { topic = 'a', retain = 1 }", "retain is true or false"),
    ("[[rule]]\nmqtt = { topic = 'a', message = 7 }", "message is a text, or a table"),
    ("[[rule]]\nmqtt = { topic = 'a', message = { at = 2025-11-21 } }", "cannot be sent as JSON"),
    ("[[rule]]\nmqtt = { topic = 'a', qos = 1 }", "'qos' is unknown"),
    (RUN + "[mqtt]\nport = 1883", "host is missing"),
    (RUN + "[mqtt]\nhost = 'a'\nport = 0", "port is a number"),
    (RUN + "[mqtt]\nhost = 'a'\npassword = 'b'", "needs a user"),
    (RUN + "[mqtt]\nhost = 'a'\ntls = 1", "tls true or false"),
    ("[[rule]]\nweb = { url = 'ftp://a' }", "is not a valid address"),
    ("[[rule]]\nweb = { url = 'http://{label}/' }", "is not a valid address"),
    ("[[rule]]\nweb = { url = 'http://a:99999/' }", "is not a valid address"),
    ("[[rule]]\nweb = { url = 'http://[a' }", "is not a valid address"),
    ("[[rule]]\nweb = { url = 7 }", "url is no text"),
    ("[[rule]]\nweb = { url = 'http://a', method = 'DELETE' }", "method is one of POST, PUT, GET"),
    ("[[rule]]\nweb = { url = 'http://a', method = ['GET'] }", "method is one of"),
    ("[[rule]]\nweb = { url = 'http://a', method = 'GET', message = 'x' }", "a GET has no message"),
    ("[[rule]]\nweb = { url = 'http://a', headers = { A = \"b\\nC: d\" } }", "headers is a table"),
    ("[[rule]]\nweb = { url = 'http://a', message = '{lable}' }", "{lable} is not known"),
]


@pytest.mark.parametrize(("text", "complaint"), WRONG)
def test_what_is_wrong_is_said_in_one_line(rules, tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(RulesError) as wrong:
        rules(text)
    assert complaint in str(wrong.value)
    assert str(wrong.value).startswith(str(tmp_path / "rules.toml"))
    assert "\n" not in str(wrong.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="cannot be read"):
        load(tmp_path / "missing.toml")
    (tmp_path / "latin.toml").write_bytes(b"\xff")
    with pytest.raises(RulesError, match="not valid TOML"):
        load(tmp_path / "latin.toml")


LABELS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)


@given(LABELS)
def test_a_label_is_one_argument(label: str) -> None:
    action = Run(("env", "--", "{label}", "{event}"), Path("/"))
    line = command_line(action, Change("goes", label, 0.0))
    assert line[1:] == ["--", label, "goes"]


@given(LABELS)
def test_a_label_is_no_part_of_the_line_unless_asked_for(label: str) -> None:
    assert command_line(Run(("env", "cup.wav"), Path("/")), Change("goes", label, 0.0))[1:] == ["cup.wav"]


def test_a_label_is_no_option() -> None:
    with pytest.raises(ActionError, match='put "--" before'):
        command_line(Run(("env", "{label}"), Path("/")), Change("appears", "--split-string=rm", 0.0))


def test_programs_are_found_before_they_are_needed(tmp_path: Path) -> None:
    with pytest.raises(ActionError, match="program 'no-such-thing' not found"):
        command_line(Run(("no-such-thing",), tmp_path), CUP)
    script = tmp_path / "say.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    assert command_line(Run(("./say.sh",), tmp_path), CUP) == [str(tmp_path / "say.sh")]
    batch = tmp_path / "say.bat"
    batch.write_text("")
    batch.chmod(0o755)
    with pytest.raises(ActionError, match="batch file"):
        command_line(Run((str(batch),), tmp_path), CUP)


@given(LABELS)
def test_a_label_stays_in_its_place(label: str) -> None:
    change = Change("appears", label, 0.0, 3.0)
    topic = topic_of("room/{label}/seen", change)
    assert topic.count("/") == 2
    assert not set("+#$") & set(topic)
    url = url_of("http://host/x?name={label}&more=1", change)
    assert parse_qs(urlsplit(url).query, keep_blank_values=True)["more"] == ["1"]
    assert parse_qs(urlsplit(url).query, keep_blank_values=True)["name"] == [label]
    text, is_json = message_of({"name": "{label}", "list": [1, "{distance}"], "empty": {}}, change)
    assert is_json
    assert json.loads(text) == {"name": label, "list": [1, "3"], "empty": {}}
    assert json.loads(message_of(None, change)[0])["label"] == label
    assert message_of("I see {label}.", change) == (f"I see {label}.", False)


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    assert message_of("{label}", Change("appears", "{time}", 0.0)) == ("{time}", False)


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(Broker("a", 1, "teacher", "secret"))
