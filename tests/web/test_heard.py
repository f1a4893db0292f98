"""What a real camera says, as the page is told it."""

from madeleine.camera.fields import Fields
from madeleine.web.heard import Heard


def told(heard, **message):
    return heard.listen(Fields({"v": 1, **message}))


def test_classes_and_distances():
    heard = Heard()
    assert [question["do"] for question in heard.wanted] == ["status", "list", "sets", "watch"]
    told(heard, event="set", name="limit", value=150)
    (knows,) = told(heard, event="list", classes=[["cup", 2], ["pen", 1]], views=[2, 1], ignored=1, examples=4)
    assert [example["name"] for example in knows["examples"]] == ["cup", "cup", "pen", ""]
    assert (knows["limit"], knows["sure"], knows["views"]) == (150, None, {"cup": 2, "pen": 1})
    (turn,) = told(heard, event="scores", name="cup", sure=False, scores=[["cup", 83.2], ["", 400.0]])
    assert turn["distances"] == [83.2, 83.2, None, 400.0]
    assert turn["seen"] == {"name": "cup", "sure": False, "distance": 83.2}
    assert turn["selected"] == "cup"


def test_what_changes_is_asked_for():
    heard = Heard()
    heard.wanted.clear()
    assert told(heard, event="gone") == [] == heard.wanted
    told(heard, event="learned", name="pen", count=1, examples=1)
    assert [question["do"] for question in heard.wanted] == ["status", "list"]
    heard.wanted.clear()
    told(heard, event="ready", limit=200)
    assert [question["do"] for question in heard.wanted] == ["status", "list", "sets", "watch"], "a start has ended it"


def test_sets_and_the_lock():
    heard = Heard()
    (knows,) = told(heard, event="sets", set="kitchen", sets=["main", "kitchen"])
    assert (knows["set"], knows["sets"], knows["locked"]) == ("kitchen", ["main", "kitchen"], False)
    status = {"app": "0", "board": "b", "model": "0123abcd", "examples": 0, "capacity": 250, "limit": 200}
    (knows,) = told(heard, event="status", **status, locked=True)
    assert knows["locked"] is True
    for event in ("using", "copied"):
        heard.wanted.clear()
        told(heard, event=event, set="main", examples=0)
        assert {"do": "sets"} in heard.wanted


def test_a_storm_of_changes_asks_once():
    heard = Heard()
    for _ in range(1000):
        told(heard, event="learned", name="pen", count=1, examples=1)
    assert len(heard.wanted) == 4


def test_settings_and_the_gauge():
    heard = Heard()
    (knows,) = told(heard, event="set", name="limit", value=300)
    assert knows["limit"] == 300
    (knows,) = told(heard, event="gauge", value=42, low=-5, high=60, unit="ml", name="tea")
    assert (knows["marks"], knows["settings"]["unit"], knows["settings"]["gauge"]) == ([-5, 60], "ml", "tea")
    (turn,) = told(heard, event="scores", name=None, sure=False, scores=[])
    assert (turn["gauge"], turn["seen"]) == (42, None)


def test_nonsense_changes_nothing():
    heard = Heard()
    for message in (
        {"event": "list", "classes": 7},
        {"event": "list", "classes": [["cup"]]},
        {"event": "list", "classes": [["cup", "many"]], "ignored": 1e99},
        {"event": "scores", "name": 7, "scores": [[1]]},
        {"event": "scores", "name": "cup", "scores": "x"},
        {"event": "gauge", "value": "x", "low": [], "high": {}},
        {"event": 7},
    ):
        told(heard, **message)
    (knows,) = told(heard, event="list", classes=[["cup", 10**9]], views=[], ignored=0, examples=1)
    assert len(knows["examples"]) == 250
