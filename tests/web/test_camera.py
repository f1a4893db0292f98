"""The virtual board behind the page: what it is shown and told, and what it answers."""

from madeleine.sim import scenes


def test_learns_and_names_by_its_buttons(tab):
    tab.show("cup")
    tab.press("A")
    learned = tab.until("learned")
    assert (learned["name"], learned["frame"]) == ("A", tab.number)
    assert tab.until("turn", lambda turn: turn["seen"])["seen"] == {"name": "A", "distance": 0.0}
    tab.show("ball")
    assert tab.until("turn", lambda turn: not turn["seen"])["distances"][0] > 200
    tab.press("B")
    assert tab.hears("selected")["name"] == "B"
    tab.press("A")
    assert tab.until("learned")["name"] == "B"
    known = next(event for event in reversed(tab.heard) if event["event"] == "knows")
    assert [example["name"] for example in known["examples"]] == ["A", "B"]
    assert sorted(example["at"] for example in known["examples"]) == [[-1.0, 0.0], [1.0, 0.0]]


def test_a_held_button_undoes(tab):
    tab.show("cup")
    tab.press("A")
    tab.until("learned")
    tab.say(do="button", name="A", down=True)
    assert tab.hears("undone")["examples"] == 0
    tab.say(do="button", name="A", down=False)
    tab.until("knows", lambda knows: knows["examples"] == [])


def test_a_card_is_read(tab):
    tab.show(scenes.card("*limit 150"))
    assert tab.hears("card")["text"] == "*limit 150"
    assert tab.until("knows")["limit"] == 150
    tab.show("desk")


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
    known = [event for event in tab.heard if event["event"] == "knows"]
    assert [example["key"] for example in known[-1]["examples"]] == [key]


def test_the_plug_is_pulled_in_the_middle_of_a_write(tab):
    learned(tab, "cup")
    tab.say(do="unplug", during="write")
    assert "middle" in tab.power("on")["text"]
    tab.press("A")
    tab.power("unplugged")
    tab.say(do="plug")
    assert tab.hears("ready")["examples"] == 1
    assert "cut off" in tab.hears("error")["text"]


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
    assert "reset" in tab.power("prompt")["text"]
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
