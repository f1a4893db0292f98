"""The server behind the page: what it serves, who may be there, and that nobody can make it grow or stop."""

import http.client
import io
import json
import re
import struct
from contextlib import ExitStack, closing

import numpy as np
import pytest
import zxingcpp
from madeleine.sim import scenes
from madeleine.web import server, tabs
from PIL import Image
from websockets.exceptions import ConnectionClosed, InvalidStatus

DEADLINE_S = 60


def ask(served, method, path, body=None, **headers):
    """(status, body, headers) of a request."""
    with closing(http.client.HTTPConnection("127.0.0.1", served.port, timeout=DEADLINE_S)) as connection:
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers


def get(served, path, **headers):
    return ask(served, "GET", path, **headers)


# -- files -----------------------------------------------------------------------------------------------------


def test_the_page_and_its_parts(served):
    status, page, headers = get(served, "/")
    assert (status, headers.get_content_type()) == (200, "text/html")
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    parts = re.findall(r'(?:src|href)="(/?page/[^"]+)"', page.decode())
    assert any(part.endswith(".js") for part in parts)
    for part in parts:
        status, _, headers = get(served, "/" + part.removeprefix("/"))
        assert (status, headers["X-Content-Type-Options"]) == (200, "nosniff")
        assert headers.get_content_type() == "text/javascript" or not part.endswith(".js")


def test_the_page_as_an_app(served):
    """What a browser needs to keep it; nobody else is answered."""
    status, manifest, headers = get(served, "/page/manifest.webmanifest")
    assert (status, headers.get_content_type()) == (200, "application/manifest+json")
    assert [get(served, icon["src"])[0] for icon in json.loads(manifest)["icons"]] == [200]
    status, _, headers = get(served, "/worker.js")
    assert (status, headers.get_content_type()) == (200, "text/javascript")
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert get(served, "/worker.js", Host="evil.example")[0] == 403


@pytest.mark.parametrize(
    "path", ["/page/../server.py", "/page/%2e%2e/server.py", "/page//etc/passwd", "/page/", "/page"]
)
def test_no_path_leads_out_of_the_page(served, path):
    assert get(served, path)[0] in (404, 307)


def test_cards(served):
    status, body, _ = get(served, "/card?text=cup")
    rows = json.loads(body)["modules"]
    assert (status, len(rows), {len(row) for row in rows}) == (200, 25, {25})
    ink = np.pad(
        np.array([[255 * (module == "0") for module in row] for row in rows], np.uint8), 4, constant_values=255
    )
    assert zxingcpp.read_barcode(np.kron(ink, np.ones((5, 5), np.uint8))).text == "cup"


@pytest.mark.parametrize("text", ["", "x" * 513, "%E3%82%8A" * 171, "*dance"])
def test_no_such_card(served, text):
    status, body, _ = get(served, "/card?text=" + text)
    assert status == 400
    assert json.loads(body)["error"]


def test_scenes(served):
    status, body, headers = get(served, "/scene/glass%2040.png?seed=7")
    assert (status, headers.get_content_type()) == (200, "image/png")
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(body))), scenes.scene("glass 40", 7))


@pytest.mark.parametrize(
    "path", ["dog.png", "glass%20101.png", "cup.png?seed=-1", "cup.png?seed=1e3", "cup.jpg", "..png"]
)
def test_no_such_scene(served, path):
    assert get(served, "/scene/" + path)[0] == 404


def test_other_methods(served):
    assert ask(served, "POST", "/card")[0] == 405
    assert ask(served, "OPTIONS", "/examples", Origin=served.address)[0] == 405


# -- who is answered -------------------------------------------------------------------------------------------


def test_other_sites_get_nothing(served, another):
    for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        status, body, answered = get(served, "/examples", **headers)
        assert (status, body) == (403, b"")
        assert not [name for name in answered if name.lower().startswith("access-control")]
    for origin in ("http://evil.example", None):
        with pytest.raises(InvalidStatus, match="403"), another(origin=origin):
            pass


# -- examples --------------------------------------------------------------------------------------------------


def taught(tab, *names):
    for name in names:
        tab.show(name)
        tab.usb(f'{{"do": "learn", "name": "{name}"}}', "learned")


def test_examples_down_and_up(served, tab):
    taught(tab, "cup", "ball")
    status, file, headers = get(served, "/examples")
    assert (status, headers["Content-Disposition"]) == (200, 'attachment; filename="examples.jsonl"')
    assert [row["name"] for row in map(json.loads, file.splitlines()) if "name" in row] == ["cup", "ball"]
    tab.usb('{"do": "reset", "value": "yes"}', "reset")
    assert ask(served, "POST", "/examples", file)[:2] == (200, b'{"examples":2,"left_out":[]}')
    known = tab.knows(lambda knows: knows["examples"])
    assert [example["name"] for example in known["examples"]] == ["cup", "ball"]
    said = [line["text"] for event in tab.heard if event["event"] == "said" for line in event["lines"]]
    assert not [text for text in said if '"vector"' in text]
    assert not [event for event in tab.heard[-9:] if event["event"] == "learned"]


def test_an_upload_adds_or_replaces(served, tab):
    taught(tab, "cup")
    _, file, _ = get(served, "/examples")
    taught(tab, "leaf")
    assert ask(served, "POST", "/examples?how=add", file)[1] == b'{"examples":2,"left_out":[]}'
    assert ask(served, "POST", "/examples?how=replace", file)[1] == b'{"examples":1,"left_out":[]}'
    assert ask(served, "POST", "/examples?how=burn", file)[0] == 400


def test_one_example_is_forgotten_and_brought_back(served, tab):
    """The others, their order and every setting stay, but `link`, which is the cable's."""
    taught(tab, "cup", "ball", "leaf")
    tab.usb("*rule fit", "set")
    tab.usb("*language ja", "set")
    known = tab.knows(lambda knows: knows["settings"].get("language") == "ja")
    keys = [example["key"] for example in known["examples"]]
    for path in (f"1?key={keys[0]}", "1", "3?key=" + keys[0], "999999999999?key=0"):
        assert ask(served, "DELETE", "/examples/" + path)[0] == 422
    assert ask(served, "DELETE", f"/examples/1?key={keys[1]}")[:2] == (200, b'{"name":"ball"}')
    gone = tab.until("forgotten")
    left = tab.knows(lambda knows: len(knows["examples"]) == 2)
    assert [example["key"] for example in left["examples"]] == [keys[0], keys[2]]
    assert left["settings"] | {"link": "json"} == known["settings"]
    tab.usb(json.dumps({"do": "learn", "name": gone["name"], "vector": gone["vector"]}), "learned")
    back = tab.knows(lambda knows: len(knows["examples"]) == 3)
    assert [example["key"] for example in back["examples"]] == [keys[0], keys[2], keys[1]]


def test_sets_and_the_lock(served, tab):
    """What a visitor teaches has no distance, as it is not on flash, and no code is told."""
    taught(tab, "cup")
    tab.usb("*set kitchen", "using")
    known = tab.knows(lambda knows: knows["set"] == "kitchen")
    assert (known["sets"], known["examples"], known["locked"]) == (["main", "kitchen"], [], False)
    tab.usb("*lock secret", "lock")
    tab.knows(lambda knows: knows["locked"])
    tab.show("cup")
    tab.usb('{"do": "learn", "name": "visitor"}', "learned")
    tab.show("cup")
    turn = tab.until("turn", lambda turn: turn["seen"])
    assert (turn["seen"]["name"], turn["seen"]["distance"]) == ("visitor", None)
    assert ask(served, "POST", "/examples", b"x")[0] == 422
    tab.usb("*unlock secret", "lock")
    tab.knows(lambda knows: not knows["locked"])
    said = [line["text"] for event in tab.heard if event["event"] == "said" for line in event["lines"]]
    assert "*lock ..." in said and not [text for text in said if "secret" in text]
    tab.usb('{"do": "forget", "name": "*set kitchen"}', "forgot")
    tab.knows(lambda knows: knows["sets"] == ["main"] and len(knows["examples"]) == 1)


def test_a_file_that_makes_no_sense(served, tab):
    taught(tab, "cup")
    for body in (b"", b"\xff\xfe", b"{}", b"cup,1,2,3", b'{"format": "madeleine examples"}'):
        status, answer, _ = ask(served, "POST", "/examples", body)
        assert status == 422
        assert "/" not in json.loads(answer)["error"].split(":")[0]
    status, file, _ = get(served, "/examples")
    other = file.replace(json.loads(file.splitlines()[0])["model"].encode(), b"00000000")
    assert ask(served, "POST", "/examples", other)[0] == 422
    assert tab.usb("*status", "status")["examples"] == 1


def test_brownies_file_is_of_another_model(served, tab):
    status, body, _ = get(served, "/examples?form=brownie")
    assert (status, "Brownie" in json.loads(body)["error"]) == (422, True)
    assert get(served, "/examples?form=xml")[0] == 404


def test_no_examples_while_it_is_off(served, tab):
    tab.say(do="power", on=False)
    tab.power("off")
    assert get(served, "/examples")[0] == 409
    tab.say(do="power", on=True)
    tab.hears("ready")


def test_an_upload_that_is_too_large(served):
    assert ask(served, "POST", "/examples", b"x" * (server.UPLOAD_MAX_BYTES + 1))[0] == 413


# -- tabs ------------------------------------------------------------------------------------------------------


def test_a_later_tab_is_told_all(served, tab, another):
    taught(tab, "cup")
    with another() as late:
        hello = late.next()
        assert (hello["event"], hello["model"], hello["lens"]) == ("hello", "tour", False)
        assert late.next() == {"event": "state", "power": "on", "text": ""}
        assert len(late.until("knows")["examples"]) == 1
        assert any("learned" in line["text"] for line in late.until("said")["lines"])
        late.until_screen(any)


def test_the_newest_wish_for_the_lens_wins(tab, another):
    with another() as other:
        other.until("turn")
        other.say(do="lens")
        assert tab.until("lens")["held"] is False
        assert other.until("lens")["held"] is True
        number = other.show("ball")
        tab.until("turn", lambda turn: turn["frame"] is None)
        tab.connection.send(struct.pack("<I", 99) + bytes(224 * 224 * 3))  # ignored
        other.say(do="usb", line='{"do": "learn", "name": "ball"}')
        assert other.until("learned")["frame"] == number
        assert tab.until("learned")["frame"] is None
        assert not [event for event in tab.heard if event.get("frame") == 99]
    assert tab.until("lens")["held"] is True  # it was the other's, who has gone
    tab.show("cup")


def test_a_tab_that_closes_releases_its_buttons(tab, another):
    tab.show("cup")
    with another() as other:
        other.say(do="button", name="A", down=True)
        other.say(do="button", name="B", down=True)
        tab.say(do="button", name="B", down=True)
        tab.hears("refused")  # A held: nothing to undo
    tab.say(do="button", name="B", down=False)
    tab.say(do="reset")
    tab.power("on")
    tab.hears("ready")  # not the rescue, which A held would bring


def test_refused_with_a_sentence(tab):
    for message in ("{", b"123", "x" * 5000):
        tab.connection.send(message)
        assert tab.until("refused")["text"]


def test_a_tab_that_shows_nothing_gets_no_further_screen(tab, another):
    def look_at(*names):
        for name in names:
            tab.show(name)
            other.until("turn", lambda turn: turn["frame"] is None)

    with another(shows=False) as other:
        other.until_screen(any)
        look_at("cup", "ball", "pen")
        assert other.screens == 1
        other.say(do="shown")
        other.until_screen(lambda screen: other.screens == 2)
        look_at("cup", "ball", "pen")
        assert other.screens == 2


def test_too_many_tabs(served, another):
    with ExitStack() as stack:
        for _ in range(tabs.TABS_MAX):
            stack.enter_context(another())
        with pytest.raises(ConnectionClosed) as closed, another() as late:
            late.next()
        assert closed.value.rcvd.code == 1013
    with another() as again:
        again.until("turn")


def test_a_message_that_is_too_long_ends_its_tab(another):
    with another() as tab, pytest.raises(ConnectionClosed) as closed:
        tab.connection.send(bytes(1 << 20))
        while True:
            tab.connection.recv()
    received = closed.value.rcvd  # None: the rest of the message met a closed port, and the reset overtook the reason
    assert received is None or received.code == 1009
