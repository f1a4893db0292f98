"""Sets of examples: made, switched, left, removed, locked; the cable is pulled anywhere in that."""

from __future__ import annotations

import random

import pytest
from change import BEGIN, COMMIT, SETTING, Change
from command_error import CommandError
from store import Store, StoreError

from tests.fakes.flash import Flash, cuts
from tests.lib.powercut import History, PlainMemory, step
from tests.lib.small_sets import VECTOR_BYTES, Camera


@pytest.fixture
def camera():
    return Camera(Flash())


def again(camera: Camera) -> Camera:
    """The camera after power-on."""
    return Camera(Flash({name: bytes(data) for name, data in camera.flash.files.items()}))


def files(camera: Camera, start: str) -> list[str]:
    return [name for name in camera.flash.files if name.startswith(start)]


def test_a_camera_with_one_set_has_no_file_more(camera):
    camera.learn("cup")
    assert {name.split(".")[0] for name in camera.flash.files} == {"examples"}
    assert (camera.status.set, camera.status.sets) == ("main", ["main"])


def test_a_new_set_has_the_settings_and_nothing_else(camera):
    camera.learn("cup")
    step(camera.store, camera.memory, SETTING, "limit2", "150")
    camera.use("kitchen")
    assert (camera.labels(), camera.memory.settings) == ([], {"limit2": "150"})
    step(camera.store, camera.memory, SETTING, "limit2", "90")
    camera.learn("mug")
    camera.use("main")
    assert (camera.labels(), camera.memory.settings) == (["cup"], {"limit2": "150"})
    camera.use("kitchen")
    assert (camera.labels(), camera.memory.settings) == (["mug"], {"limit2": "90"})


def test_the_active_set_is_that_of_the_next_start(camera):
    camera.use("台所")
    camera.learn("mug")
    assert again(camera).state() == camera.state()
    camera.use("main")
    assert again(camera).state() == camera.state()


def test_a_set_that_is_left_without_examples_goes_with_its_files(camera):
    camera.use("kitchen")
    assert files(camera, "set1.")
    camera.use("garden")
    assert (camera.status.sets, files(camera, "set1."), len(files(camera, "set2."))) == (["main", "garden"], [], 2)


def test_the_examples_of_another_model_hold_a_set(camera):
    camera.use("kitchen")
    other = Store(camera.flash, b"model-02", VECTOR_BYTES, prefix="set1")  # type: ignore[arg-type]
    memory = PlainMemory()
    other.load(memory)  # type: ignore[arg-type]
    step(other, memory, "learn", "cup", bytes(VECTOR_BYTES))
    camera.use("main")
    assert camera.status.sets == ["main", "kitchen"]


def test_of_a_set_that_is_removed_the_one_before_it_comes(camera):
    for name in ("kitchen", "garden", "kitchen", "attic"):
        camera.use(name)
        camera.learn(name)
    camera.forget("garden")
    assert camera.status.set == "attic"
    camera.forget("attic")
    assert (camera.status.set, camera.labels()) == ("kitchen", ["kitchen", "kitchen"])
    assert camera.status.sets == ["main", "kitchen"]
    assert {name[:4] for name in files(camera, "set")} == {"set1", "sets"}
    assert again(camera).state() == camera.state()


@pytest.mark.parametrize("name", ["main", "attic"])
def test_the_first_set_and_one_that_is_not_there_cannot_be_removed(camera, name):
    camera.learn("cup")
    with pytest.raises(CommandError) as caught:
        camera.forget(name)
    assert caught.value.code == "nothing"
    assert camera.labels() == ["cup"]


def test_the_ninth_set_is_refused(camera):
    for number in range(1, 8):
        camera.use(str(number))
        camera.learn("cup")
    before = camera.state()
    with pytest.raises(CommandError) as caught:
        camera.use("8")
    assert caught.value.code == "full"
    assert camera.state() == before == again(camera).state()
    camera.forget("3")
    camera.use("8")
    assert camera.status.sets == ["main", "1", "2", "8", "4", "5", "6", "7"]


def test_a_flash_that_takes_nothing_leaves_all_as_it_was(camera):
    camera.learn("cup")
    camera.use("kitchen")
    camera.learn("mug")
    before = camera.state()
    for change in (camera.use, camera.forget):
        camera.flash.frozen = True
        with pytest.raises(StoreError):
            change("main" if change == camera.use else "kitchen")
        camera.flash.frozen = False
        assert camera.state() == before == again(camera).state()
    capacity, camera.flash.capacity = camera.flash.capacity, camera.flash.used()
    with pytest.raises(StoreError) as caught:
        camera.use("garden")
    assert caught.value.code == "full"
    camera.flash.capacity = capacity
    assert camera.state() == before == again(camera).state()


def test_an_import_that_is_open_ends_at_a_switch(camera):
    camera.learn("cup")
    step(camera.store, camera.memory, "setting", "limit2", "100")
    camera.store.apply(Change(BEGIN))
    camera.use("kitchen")
    with pytest.raises(StoreError) as caught:
        camera.store.apply(Change(COMMIT, "00000000"))
    assert caught.value.code == "draft"
    camera.use("main")
    assert camera.labels() == ["cup"]


def test_a_copy_has_all_and_is_another_set(camera):
    camera.learn("cup", 1)
    step(camera.store, camera.memory, SETTING, "limit2", "150")
    camera.copy("kitchen")
    assert (camera.status.set, camera.status.sets, camera.labels()) == ("main", ["main", "kitchen"], ["cup"])
    camera.learn("pen", 2)
    camera.use("kitchen")
    assert (camera.labels(), camera.memory.settings) == (["cup"], {"limit2": "150"})
    camera.learn("mug", 3)
    camera.use("main")
    camera.copy("kitchen")
    assert camera.labels() == ["cup", "pen"]
    camera.use("kitchen")
    assert camera.labels() == ["cup", "pen"], "in place of what was there"
    assert again(camera).state() == camera.state()


def test_a_set_is_not_copied_to_itself_and_not_to_a_ninth(camera):
    for number in range(1, 8):
        camera.use(str(number))
        camera.learn("cup")
    before = camera.state()
    for name, code in (("7", "argument"), ("8", "full")):
        with pytest.raises(CommandError) as caught:
            camera.copy(name)
        assert caught.value.code == code
        assert camera.state() == before == again(camera).state()


def test_a_copy_that_does_not_fit_leaves_all_as_it_was(camera):
    camera.learn("cup")
    camera.copy("kitchen")
    camera.learn("pen")
    before = camera.state()
    for name in ("kitchen", "garden"):
        capacity, camera.flash.capacity = camera.flash.capacity, camera.flash.used()
        with pytest.raises(StoreError):
            camera.copy(name)
        camera.flash.capacity = capacity
        assert camera.state() == before == again(camera).state()


def _life() -> History:
    """Sets are made, taught, left empty, used again and removed."""
    flash = Flash()
    camera = Camera(flash)
    history = History(flash.effects, [(0, camera.state())])
    step(camera.store, camera.memory, SETTING, "limit2", "90")
    history.acknowledged.append((len(flash.effects), camera.state()))
    steps = "learn cup, use kitchen, learn mug, use main, use empty, use kitchen, learn pan, forget kitchen, "
    steps += "use garden, learn tree, use kitchen, learn spoon, lock 4711, unlock 4711, forget garden, use main, "
    steps += "copy copied, lock 0815, unlock 0815, forget kitchen, learn pen, copy copied, use copied"
    for number, text in enumerate(steps.split(", ")):
        word, name = text.split()
        if word == "learn":
            camera.learn(name, number)
        else:
            getattr(camera, word)(name)
        history.acknowledged.append((len(flash.effects), camera.state()))
    return history


def test_a_cut_leaves_the_old_or_the_new(record_property):
    chance = random.Random(1)
    history = _life()
    count = more = 0
    for done, begun, left in cuts({}, history.effects):
        if begun and chance.random() < 0.5:
            continue
        camera = Camera(Flash(left))
        state = camera.state()
        assert state in history.allowed(done, begun), f"cut after {done} effects"
        assert "set 1" not in camera.status.sets  # no files without a name
        count += 1
        if count % 50 == 0:
            for _, _, interrupted in cuts(left, list(camera.flash.effects)):
                if chance.random() < 0.1:
                    assert Camera(Flash(interrupted)).state() == state
                    more += 1
        if count % 100 == 0 and not camera.status.locked:  # and it goes on
            camera.use("another")
            camera.learn("new")
            assert again(camera).state() == camera.state()
    assert count > 900
    text = f"{count} power cuts and {more} more during recovery, of sets: nothing lost"
    record_property("summary", text)


@pytest.mark.parametrize("lost", ["sets.0", "sets.1", "both"])
def test_examples_outlive_the_catalogue(camera, lost):
    camera.learn("cup")
    camera.use("kitchen")
    camera.learn("mug")
    for name in ("sets.0", "sets.1") if lost == "both" else (lost,):
        del camera.flash.files[name]
    found = again(camera)
    if lost != "both":
        assert found.state() == camera.state()
        return
    assert (found.status.set, found.status.sets, found.labels()) == ("main", ["main", "set 1"], ["cup"])
    found.use("set 1")
    assert found.labels() == ["mug"]
