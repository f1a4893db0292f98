"""The virtual board behind the page: what it is shown and told, and what it answers."""

import base64
import io
import wave

from madeleine.sim import scenes

from tests.web.conftest import opened, serving


def test_learns_and_names_by_its_buttons(tab):
    tab.show("cup")
    tab.press("A")
    learned = tab.until("learned")
    assert (learned["name"], learned["frame"]) == ("A", tab.number)
    assert tab.until("turn", lambda turn: turn["seen"])["seen"] == {"name": "A", "sure": True, "distance": 0.0}
    tab.show("ball")
    assert tab.until("turn", lambda turn: not turn["seen"])["distances"][0] > 200
    tab.press("B")
    assert tab.hears("selected")["name"] == "B"
    tab.press("A")
    assert tab.until("learned")["name"] == "B"
    known = tab.knows(lambda knows: len(knows["examples"]) == 2)
    assert [example["name"] for example in known["examples"]] == ["A", "B"]
    assert sorted(example["at"] for example in known["examples"]) == [[-1.0, 0.0], [1.0, 0.0]]


def test_a_held_button_undoes(tab):
    tab.show("cup")
    tab.press("A")
    tab.until("learned")
    tab.say(do="button", name="A", down=True)
    assert tab.hears("undone")["examples"] == 0
    tab.say(do="button", name="A", down=False)
    tab.knows(lambda knows: knows["examples"] == [])


def test_a_card_is_read(tab):
    tab.show(scenes.card("*limit 150"))
    assert tab.hears("card")["text"] == "*limit 150"
    tab.knows(lambda knows: knows["limit"] == 150)
    tab.show("desk")


def test_a_password_goes_to_grove_and_not_to_the_page(tab):
    tab.say(do="usb", line='*pass {"ssid":"HOME","pass":"s3cret"}')
    said = tab.until("said", lambda said: any(line["port"] == "grove" for line in said["lines"]))
    assert [line["text"] for line in said["lines"] if line["port"] == "grove"] == ["{...}"]


def learned(tab, scene):
    """Teaches a scene by button A."""
    tab.show(scene)
    tab.press("A")
    return tab.until("learned")


def test_nothing_is_lost_when_the_plug_is_pulled(tab):
    key = learned(tab, "cup")["key"]
    tab.say(do="unplug")
    tab.power("unplugged")
    tab.say(do="power", on=True)  # there is none
    tab.say(do="reset")
    tab.say(do="plug")
    tab.power("on")
    assert tab.hears("ready")["examples"] == 1
    tab.until("turn", lambda turn: turn["distances"] == [0.0])
    assert [event["power"] for event in tab.heard if event["event"] == "state"][-2:] == ["unplugged", "on"]
    assert tab.knows(lambda knows: [example["key"] for example in knows["examples"]] == [key])


def test_the_plug_is_pulled_in_the_middle_of_a_write(tab):
    learned(tab, "cup")
    tab.say(do="unplug", during="write")
    assert tab.power("on")["text"] == "fuse"
    tab.press("A")
    tab.power("unplugged")
    tab.say(do="plug")
    assert tab.hears("ready")["examples"] == 1  # the second was not acknowledged


def test_the_power_switch(tab):
    tab.until_screen(any)
    tab.say(do="power", on=False)
    tab.power("off")
    tab.until_screen(lambda screen: not any(screen))
    tab.say(do="reset")  # there is nothing to reset
    tab.say(do="usb", line="*status")  # nobody hears it
    tab.say(do="power", on=True)
    tab.power("on")
    tab.hears("ready")
    tab.until_screen(any)
    assert [event["power"] for event in tab.heard if event["event"] == "state"][-2:] == ["off", "on"]
    said = [line["text"] for event in tab.heard if event["event"] == "said" for line in event["lines"]]
    assert sum('"event": "status"' in text for text in said) == 0


def test_reset_as_often_as_one_likes(tab):
    for _ in range(25):  # the firmware's own restarts count as a boot loop after twenty
        tab.say(do="reset")
        tab.power("on")
    tab.hears("ready")


def test_ctrl_c_ends_the_app_and_reset_starts_it(tab):
    tab.say(do="interrupt")
    assert tab.power("prompt")["text"] == ""
    tab.say(do="reset")
    tab.power("on")
    tab.hears("ready")


def test_button_a_at_power_on_is_the_rescue(tab):
    tab.say(do="power", on=False)
    tab.power("off")
    tab.say(do="button", name="A", down=True)
    tab.say(do="power", on=True)
    tab.power("prompt")
    tab.say(do="button", name="A", down=False)
    tab.say(do="reset")
    tab.hears("ready")


def test_the_gauge(tab):
    for level in (0, 100):
        tab.show(f"glass {level}")
        tab.usb(f'{{"do": "anchor", "value": {level}}}', "anchor")
    assert tab.until("turn", lambda turn: turn["gauge"] == 100)
    tab.show("glass 50")
    assert 25 < tab.until("turn", lambda turn: turn["gauge"] not in (None, 100))["gauge"] < 75
    assert tab.until("turn")["seen"] is None


def test_what_is_seen_in_brownies_words(tab):
    learned(tab, "cup")
    tab.say(do="usb", line="*link brownie")
    tab.show("ball")
    tab.until("turn", lambda turn: turn["seen"] is None)
    tab.show("cup")
    assert tab.until("turn", lambda turn: turn["seen"])["seen"] == {"name": "A", "sure": True, "distance": 0.0}
    assert any(line["text"] == "[DETECTED]: A" for event in tab.heard for line in event.get("lines", []))


def test_a_voice_and_a_fault(tmp_path):
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setparams((1, 2, 8000, 800, "NONE", ""))
        file.writeframes(bytes(1600))
    (tmp_path / "voice").mkdir()
    (tmp_path / "voice" / "A.wav").write_bytes(sound.getvalue())
    with serving(tmp_path) as served, opened(served) as tab:
        tab.until("turn")
        learned(tab, "cup")
        spoken = tab.until("sound", lambda sound: sound["name"])  # after the beep of the lesson
        assert (spoken["name"], base64.b64decode(spoken["wav"])) == ("A", sound.getvalue())
        settings = (tmp_path / "freq.conf").read_bytes()
        (tmp_path / "freq.conf").write_bytes(b"torn")
        tab.say(do="reset")
        assert "freq.conf" in tab.power("fault")["text"]
        (tmp_path / "freq.conf").write_bytes(settings)
        tab.say(do="reset")
        tab.power("on")
        assert tab.hears("ready")["examples"] == 1
