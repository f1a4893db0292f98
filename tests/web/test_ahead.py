"""Pictures whose outputs are worked out in processes beside the board, before the app asks."""

import threading
from contextlib import closing, contextmanager
from multiprocessing import Pipe

import numpy as np
import pytest
from madeleine.model import find_model
from madeleine.sim.eyes import HostEyes
from madeleine.sim.world import Scene
from madeleine.web import ahead
from madeleine.web.eyes import Eyes

from tests.web.conftest import opened, serving

BUILD = "v0.5.0_9"
DEADLINE_S = 30


@pytest.fixture(scope="module")
def model():
    return HostEyes().load(find_model("tour"))


@pytest.fixture
def picture(model):
    model.answers.clear()
    return Scene("cup", np.random.default_rng(0).integers(0, 256, model.network.input_shape, dtype=np.uint8))


@contextmanager
def helper():
    """The board's end of a helper's connection, and of the server's with the server's end."""
    ours, theirs = Pipe()
    other, server = Pipe()
    thread = threading.Thread(target=ahead.work, args=(theirs, find_model("tour"), BUILD))
    thread.start()
    with closing(ours), closing(other), closing(server):
        assert ours.poll(DEADLINE_S)
        yield ours, other, server
    thread.join(DEADLINE_S)
    assert not thread.is_alive()


def eyes_with(helpers, model, other, hear):
    eyes = Eyes()
    eyes.ahead, eyes.model = ahead.Ahead(helpers, model, other, hear), model
    return eyes


def test_a_picture_is_worked_out_before_it_is_asked_for(monkeypatch, model, picture):
    want = model.outputs(picture.pixels)
    with helper() as (ours, other, _):
        eyes = eyes_with([ours], model, other, lambda: False)
        eyes.expect(picture)
        eyes.ahead.finish(eyes._key(picture))
        monkeypatch.setattr(model, "outputs", None)  # nobody else computes them
        assert eyes.forward(model, picture) == want


def test_what_comes_meanwhile_is_heard(model, picture):
    heard = []
    with helper() as (ours, other, server):
        eyes = eyes_with([ours], model, other, lambda: heard.append(other.recv()) or True)
        eyes.expect(picture)
        server.send("an order")
        eyes.forward(model, picture)
    assert heard == ["an order"]


def test_the_server_goes_meanwhile(model, picture):
    asked = []
    with helper() as (ours, other, server):
        eyes = eyes_with([ours], model, other, lambda: bool(asked.append(1)))
        eyes.expect(picture)
        server.close()
        assert eyes.forward(model, picture) == model.outputs(picture.pixels)
    assert len(asked) <= 1


def test_nobody_to_work_ahead(model, picture):
    """A process that has ended, and a picture of another size: the board computes by itself."""
    ours, theirs = Pipe()
    theirs.send(ahead.READY)
    theirs.close()
    with closing(ours):
        eyes = eyes_with([ours], model, ours, lambda: False)
        eyes.expect(picture)
        assert eyes.forward(model, picture) == model.outputs(picture.pixels)
        eyes.expect(Scene("small", picture.pixels[:8]))


def test_a_process_that_hangs_is_dismissed(monkeypatch, model, picture):
    monkeypatch.setattr(ahead, "PATIENCE_S", 0.0)
    ours, theirs = Pipe()
    theirs.send(ahead.READY)
    other, server = Pipe()
    with closing(theirs), closing(other), closing(server):
        eyes = eyes_with([ours], model, other, lambda: True)
        eyes.expect(picture)
        assert np.array_equal(theirs.recv(), picture.pixels)  # and no answer
        assert eyes.forward(model, picture) == model.outputs(picture.pixels)
        assert ours.closed


def test_the_camera_learns_with_a_helper():
    with serving(helpers=1) as served, opened(served) as tab:
        for name in "cup", "ball":
            tab.show(name)
            tab.press("A")
            assert tab.until("learned")["frame"] == tab.number
            tab.press("B")
            assert tab.hears("selected")
        tab.show("cup")
        turn = tab.until("turn", lambda turn: turn["seen"] and turn["seen"]["name"] == "A")
        assert turn["frame"] == tab.number and turn["distances"][0] == 0
