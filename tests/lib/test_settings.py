"""The table of settings: what each may be, and what the menu makes of it."""

import pytest
from settings import SETTINGS, Settings, named, whole


@pytest.mark.parametrize(
    ("name", "value", "after"),
    [
        *(("limit", value, after) for value, after in [("1", "50"), ("200", "250"), ("199", "200"), ("9999", "50")]),
        *(("brightness", value, after) for value, after in [("1", "2"), ("8", "1")]),
        *(
            ("sound", value, after)
            for value, after in [("on", "off"), ("off", "beep"), ("beep", "voice"), ("voice", "on")]
        ),
    ],
)
def test_the_menu_goes_round(name, value, after):
    assert named(name).after(value) == after


@pytest.mark.parametrize("setting", [each for each in SETTINGS if not each.text_bytes], ids=lambda each: each.name)
def test_the_default_and_every_value_of_the_menu_are_allowed(setting):
    assert setting.allows(setting.default)
    value, seen = setting.default, []
    while value not in seen:
        seen.append(value)
        value = setting.after(value)
        assert setting.allows(value)
    assert value == setting.default and len(seen) > 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("limit", text) for text in ("0", "10000", "-1", "2e2", "", " 1", "007", "٣", "9" * 400)),
        *(("brightness", text) for text in ("0", "9", "x")),
        *(("sound", text) for text in ("On", "", "1")),
        *(("turn", text) for text in ("90", "", "-180", "0180")),
        ("link", "usb"),
    ],
)
def test_what_a_setting_cannot_be(name, text):
    assert not named(name).allows(text)


def test_a_number_loses_its_leading_zeros():
    assert named("limit").check("0150") == "150" and whole("007", 1, 9) == 7


def test_what_was_set_wins_over_the_default_and_keeps_its_place():
    settings = Settings()
    assert settings.value("limit") == "200" and settings.pairs() == []
    settings.set("limit2", "90")
    settings.set("sound", "off")
    settings.set("limit2", "80")
    assert settings.value("limit") == "80" and settings.pairs() == [["limit2", "80"], ["sound", "off"]]
    settings.clear()
    assert settings.value("limit") == "200" and settings.pairs() == []


def test_what_another_edition_has_set_is_kept_and_has_no_effect():
    settings = Settings()
    settings.set("brightness", "99")
    settings.set("colour", "red")
    assert settings.value("brightness") == "6"
    assert settings.pairs() == [["brightness", "99"], ["colour", "red"]]


def test_an_unknown_setting_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        Settings().value("colour")
