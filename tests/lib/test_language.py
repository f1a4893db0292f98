"""The screen's language: sentences of a file, with what stands in them; English where the file has none."""

import menu
import pytest
from coach import SENTENCES
from language import Language, filled, matched

from tests import ROOT
from tests.fakes.flash import Flash

WORDS = (ROOT / "tools/madeleine/fonts/ja.words").read_bytes()
LINES = [line.split("\t") for line in WORDS.decode().splitlines()]


def speaking(language="auto", **files) -> Language:
    made = Language(Flash({f"{name}.words": content for name, content in files.items()}))
    made.use(language)
    return made


@pytest.mark.parametrize(
    ("pattern", "text", "values"),
    [
        ("forget all", "forget all", []),
        ("forget all", "forget", None),
        ("forget %s", "forget cup", ["cup"]),
        ("learned %s (%d)", "learned cup (3)", ["cup", "3"]),
        ("learned %s (%d)", "learned cup", None),
        ("%s is %s now", "cup is mug now", ["cup", "mug"]),
        ("%d is set", "50 is set", ["50"]),
        ("forget %s", "Forget cup", None),
        ("a%sa", "a", None),
    ],
)
def test_what_stands_where_the_pattern_is_open(pattern, text, values):
    assert matched(pattern, text) == values


@pytest.mark.parametrize(
    ("translation", "values", "text"),
    [("%2: %1", ["a", "b"], "b: a"), ("100 %", [], "100 %"), ("%1", ["%2"], "%2"), ("%3", ["a"], "%3")],
)
def test_values_take_their_places(translation, values, text):
    assert filled(translation, values) == text


def test_japanese():
    say = speaking(ja=WORDS).say
    assert say("forget all") == "ぜんぶわすれる"
    assert say("learned りんご (2)") == "おぼえた：りんご（2）"
    assert say("Close to cup: two more of pen") == "「cup」に近いです。「pen」をもう２つ"
    assert say("learned cup (1). Show it another side, too") == "おぼえた：cup（1）。ほかの向きも見せてください"
    assert say("what nobody has translated") == "what nobody has translated"


@pytest.mark.parametrize(
    ("language", "files"),
    [
        ("en", {"ja": WORDS}),
        ("ja", {}),
        ("auto", {}),
        ("ko", {"ja": WORDS}),
        ("ja", {"ja": b"\xff\xfe"}),
        ("ja", {"ja": b""}),
    ],
)
def test_english(language, files):
    assert speaking(language, **files).say("forget all") == "forget all"


def test_a_setting_changes_what_was_said_before():
    language = speaking(ja=WORDS)
    assert language.say("odd") == "へん"
    language.use("en")
    assert language.say("odd") == "odd"


def test_what_is_said_again_is_not_looked_up_again():
    flash = Flash({"ja.words": WORDS})
    language = Language(flash)
    language.use("ja")
    assert language.say("odd") == "へん"
    flash.files.clear()
    assert language.say("odd") == "へん"
    for number in range(40):
        assert language.say(f"limit {number}") == f"limit {number}"


def test_the_last_line_needs_no_end():
    assert speaking(ja=b"odd\t\xe3\x81\xb8\xe3\x82\x93").say("odd") == "へん"


def test_what_cannot_be_read_now_is_looked_up_again(monkeypatch):
    language = speaking(ja=WORDS)
    with monkeypatch.context() as patch:
        patch.setattr(language._files, "open", no_memory)
        assert language.say("odd") == "odd"
    assert language.say("odd") == "へん"


def test_a_damaged_file_is_asked_once_for_a_sentence(monkeypatch):
    language, asked = speaking(ja=b"\xff\xfe"), []
    opened = language._files.open
    monkeypatch.setattr(language._files, "open", lambda *how: asked.append(how) or opened(*how))
    assert [language.say("odd") for _ in range(3)] == ["odd"] * 3
    assert len(asked) == 1


def no_memory(*_):
    raise MemoryError


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_every_line_is_whole(line):
    pattern, translation = line
    count = pattern.count("%")
    assert sorted(translation[at + 1] for at, sign in enumerate(translation) if sign == "%") == list("123"[:count])


def test_no_line_hides_another():
    for at, (pattern, _) in enumerate(LINES):
        text = pattern.replace("%s", "りんご").replace("%d", "7")
        assert [other for other, _ in LINES[: at + 1] if matched(other, text) is not None] == [pattern]


@pytest.mark.parametrize("sentence", [title for _, title in menu.ITEMS] + list(SENTENCES.values()))
def test_menu_and_coach_are_translated(sentence):
    said = sentence.replace("%s", "りんご")
    assert speaking(ja=WORDS).say(said) != said
