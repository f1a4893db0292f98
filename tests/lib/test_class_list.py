"""The menu's list of classes, on a camera."""

from tests.lib.session_camera import Camera
from tests.lib.test_session_hand import choose
from tests.lib.test_view import shown


def test_a_selects_the_class_under_the_cursor():
    camera = Camera("cup", "pen", "pen", "")
    choose(camera, "classes")
    view = shown(camera)
    assert (view.menu, view.cursor, view.hint) == (["cup (1)", "pen (2)"], 0, "A: select   B: next")
    assert view.views[0] == 1 and len(view.views) == 2
    assert camera.press("B", "A")[-1]["name"] == "pen"
    assert not camera.session.menu.opened and camera.session.classes.current() == "pen"
    assert camera.labels() == ["cup", "pen", "pen", ""]


def test_of_many_classes_a_screen_around_the_cursor():
    names = [f"class {number}" for number in range(12)]
    camera = Camera(*names)
    choose(camera, "classes")
    for number, name in enumerate(names):
        view = shown(camera)
        assert view.menu[view.cursor] == f"{name} (1)" and len(view.menu) == len(view.views) == 8
        assert number < 7 or "class 4 (1)" in view.menu
        camera.press("B")
    assert shown(camera).cursor == 0, "the first again"


def test_a_class_that_goes_meanwhile_is_counted_so():
    camera = Camera("cup", "pen")
    choose(camera, "classes")
    assert shown(camera).menu == ["cup (1)", "pen (1)"]
    camera.line("*forget pen")
    assert shown(camera).menu == ["cup (1)", "pen (0)"] and shown(camera).views == [1, 0]


def test_without_classes_there_is_no_list():
    camera = Camera("")
    told = choose(camera, "classes")
    assert told[0]["text"] == "Nothing is taught yet" and not camera.session.menu.opened
