"""More examples on flash than memory has room for: none is dropped, and changes go on."""

import pytest
from change import Change

from tests.fakes.flash import Flash
from tests.lib.powercut import boot, step
from tests.lib.small_store import VECTOR_BYTES, loaded, refused, taught, vector


def test_what_does_not_fit_is_reported_and_kept():
    flash, _, memory = taught("cup", "key", "cup", "box")
    again, reports = loaded(flash, capacity=2)
    assert [label for label, _ in again.examples] == ["cup", "key"]
    assert reports == ["2 examples fit, 2 on flash do not: forget a class."]
    assert loaded(flash)[0].state() == memory.state()


def test_with_examples_that_do_not_fit_changes_go_on_but_none_is_dropped():
    flash, _, memory = taught("cup", "key", "cup", "box")
    store, small, _ = boot(flash, VECTOR_BYTES, capacity=2)
    refused("overflow", store.compact, small)
    refused("overflow", store.apply, Change("undo"))  # the last example is one that does not show
    step(store, small, "setting", "limit", "150")
    assert loaded(flash)[0].examples == memory.examples
    step(store, small, "forget", "cup")
    step(store, small, "learn", "new", vector(7))
    step(store, small, "undo")
    assert [label for label, _ in loaded(flash)[0].examples] == ["key", "box"]
    step(store, small, "forget", "box")
    store.compact(small)
    assert loaded(flash)[0].state() == small.state()


@pytest.mark.parametrize("fault", ["broken_closes", "worn"])
def test_a_change_that_failed_beside_examples_that_do_not_fit_is_over_at_the_next_start(fault):
    flash, _, memory = taught("cup", "key", "cup")
    store, small, _ = boot(flash, VECTOR_BYTES, capacity=1)
    setattr(flash, fault, 99)
    refused("write", store.apply, Change("setting", "limit", "150"))
    setattr(flash, fault, 0)
    refused("write", store.apply, Change("setting", "limit", "160"))  # the copies are not equal any more
    store, small, _ = boot(flash, VECTOR_BYTES, capacity=1)
    step(store, small, "setting", "limit", "170")
    again, _ = loaded(flash)
    assert (again.examples, again.settings) == (memory.examples, {"limit": "170"})


def test_a_torn_file_with_examples_that_do_not_fit_is_appended_to():
    flash, _, memory = taught("cup", "key", "cup")
    for copy in flash.files.values():
        copy += copy[:9]
    store, small, reports = boot(flash, VECTOR_BYTES, capacity=1)
    assert len(reports) == 2
    step(store, small, "setting", "limit", "150")
    again, _ = loaded(flash)
    assert again.examples == memory.examples
    assert again.settings == {"limit": "150"}


def test_what_fits_again_after_a_class_is_forgotten_comes_at_the_next_start():
    """While it is read there is no room for it yet: the forgotten ones come first."""
    flash, _, _ = taught("cup", "cup", "key", "box")
    store, small, _ = boot(flash, VECTOR_BYTES, capacity=2)
    step(store, small, "forget", "cup")
    again, reports = loaded(flash, capacity=2)
    assert [label for label, _ in again.examples] == ["key", "box"]
    assert reports == []


@pytest.mark.parametrize("hurt", ["torn", "gone", "a page"])
def test_examples_that_do_not_fit_are_on_flash_twice_again_after_a_start(hurt):
    flash, store, memory = taught("cup", "key", "cup")
    if hurt == "torn":
        flash.files["examples.1"] += flash.files["examples.1"][:9]
    elif hurt == "gone":
        flash.remove("examples.1")
    else:
        flash.lost["examples.1"] = range(30, 50)
    before = len(flash.effects)
    store, small, reports = boot(flash, VECTOR_BYTES, capacity=1)
    assert reports == ["1 examples fit, 2 on flash do not: forget a class."]
    assert [what for what, name, _ in flash.effects[before:]][-1:] == ["write" if hurt == "gone" else "remove"]
    first, second = flash.files.values()
    assert first == second
    step(store, small, "setting", "limit", "150")
    for gone in list(flash.files):
        spoiled = Flash({name: data for name, data in flash.files.items() if name != gone})
        again, _ = loaded(spoiled)
        assert again.examples == memory.examples and again.settings == {"limit": "150"}


def test_examples_that_do_not_fit_and_no_room_for_a_second_copy():
    flash, _, memory = taught("cup", "key", "cup")
    flash.remove("examples.0")
    flash.capacity, flash.boasts = flash.used() + 30, True
    store, small, reports = boot(flash, VECTOR_BYTES, capacity=1)
    assert reports[1:] == ["No room left on flash: forget a class or remove files."]
    flash.capacity = 3 << 20
    step(store, small, "setting", "limit", "150")
    again, _ = loaded(flash)
    assert again.examples == memory.examples and again.settings == {"limit": "150"}


def test_reset_drops_what_does_not_fit():
    flash, _, _ = taught("cup", "key")
    store, small, _ = boot(flash, VECTOR_BYTES, capacity=1)
    step(store, small, "reset")
    step(store, small, "learn", "new", vector(5))
    assert loaded(flash)[0].state() == small.state()
