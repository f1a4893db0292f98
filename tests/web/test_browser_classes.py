"""The classes on the page in a real browser: taught by name, selected, renamed, forgotten; the limit; pictures."""

import io
import re

from madeleine.sim.scenes import scene
from PIL import Image
from playwright.sync_api import Page, expect

from tests.web.browser import wait_turns
from tests.web.person import NOTHING, counts, pressed, says, sees, show, state, teach, thumbnails


def pick(page: Page, name: str, what: str) -> None:
    page.click(f'[data-class="{name}"] .{what}')


def write(page: Page, text: str) -> None:
    """Writes into the field that has the focus, in place of what is there."""
    page.locator(":focus").fill(text)
    page.keyboard.press("Enter")


def png(name: str) -> bytes:
    """A drawn scene as a file."""
    file = io.BytesIO()
    Image.fromarray(scene(name)).save(file, "PNG")
    return file.getvalue()


def test_a_class_by_its_name(page: Page) -> None:
    """Selected, renamed, forgotten after a question, and brought back, by the mouse alone."""
    teach(page, {"thing 1": "cup", "thing 2": "pen"})
    pick(page, "thing 1", "name")
    expect(page.get_by_role("button", name="thing 1", exact=True, pressed=True)).to_be_visible()
    expect(page.locator("#teach-text")).to_have_text("Learn “thing 1”")
    pick(page, "thing 1", "rename")
    write(page, "Löffel")
    counts(page, "Löffel", 1)
    counts(page, "thing 1", 0)
    pick(page, "Löffel", "rename")
    page.keyboard.press("Escape")
    pick(page, "thing 2", "forget")
    expect(page.get_by_role("dialog")).to_contain_text("Forget “thing 2”?")
    page.keyboard.press("Enter")  # on what does nothing
    expect(page.get_by_role("dialog")).to_have_count(0)
    pick(page, "thing 2", "forget")
    page.get_by_role("button", name="Forget it").click()
    counts(page, "thing 2", 0)
    page.click("#undo")
    counts(page, "thing 2", 1)
    counts(page, "Löffel", 1)


def test_one_example_of_a_class(page: Page) -> None:
    """Forgotten after a question, and brought back; A teaches what it taught before."""
    teach(page, {"thing 1": "cup", "thing 2": "pen"})
    show(page, "key")
    page.click("#button-a")
    counts(page, "thing 2", 2)
    page.locator('[data-class="thing 2"] .example').first.click()
    expect(page.get_by_role("dialog")).to_contain_text("Forget this one example of “thing 2”")
    page.get_by_role("button", name="Forget it").click()
    counts(page, "thing 2", 1)
    assert thumbnails(page, "thing 2", ("pen", "key")) == ["key"]
    says(page, event="selected", name="thing 2")
    page.keyboard.press("u")
    counts(page, "thing 2", 2)
    assert thumbnails(page, "thing 2", ("pen", "key")) == ["key", "pen"]
    counts(page, "thing 1", 1)


def test_teaching_by_name_and_several_views_at_once(page: Page) -> None:
    show(page, "leaf")
    page.keyboard.press("n")
    write(page, "leaf")
    counts(page, "leaf", 1)
    expect(page.locator("#teach-name")).to_have_value("")
    with pressed(page, "#teach-learn"):
        counts(page, "leaf", 2)
        wait_turns(page, 30)  # the same view teaches nothing more
        counts(page, "leaf", 2)
        page.dispatch_event("[data-scene=star]", "click")
        counts(page, "leaf", 3)
    says(page, event="learned", name="leaf", count=3)


def test_the_limit_and_what_it_would_say(page: Page) -> None:
    teach(page, {"thing 1": "cup"})
    sees(page, "thing 1")
    show(page, "leaf")
    sees(page, NOTHING)
    page.locator("#limit").evaluate("slider => slider.value = 1000")
    page.dispatch_event("#limit", "input")
    expect(page.locator("#limit-says")).to_contain_text("thing 1?")
    page.dispatch_event("#limit", "change")
    says(page, event="set", name="limit", value=1000)
    sees(page, "thing 1?")
    expect(page.locator("#limit-says")).to_be_empty()
    expect(page.locator("#graph polyline").first).to_have_attribute("points", re.compile(r"(\S+ ){3}"))


def test_pictures_dropped_on_a_class(page: Page) -> None:
    teach(page, {"thing 1": "cup"})
    files = [{"name": f"{name}.png", "mimeType": "image/png", "buffer": png(name)} for name in ("key", "star")]
    files.append({"name": "notes.png", "mimeType": "image/png", "buffer": b"nothing"})
    page.locator('[data-class="thing 1"]').drop({"files": files})
    expect(page.locator("#lens-status")).to_have_text("2 of 3 pictures learned as “thing 1”")
    counts(page, "thing 1", 3)
    assert thumbnails(page, "thing 1", ("cup", "key", "star")) == ["cup", "key", "star"]


def test_sets_and_the_lock_of_a_camera(page: Page) -> None:
    teach(page, {"thing 1": "cup"})
    page.get_by_role("button", name="New set").click()
    write(page, "台所")
    expect(page.locator("#set")).to_have_value("台所")
    counts(page, "thing 1", 0)
    page.click("#lock")
    write(page, "1234")
    expect(page.locator("#locked")).to_contain_text("Locked")
    page.keyboard.press("a")
    says(page, event="learned", name="thing 1")
    sees(page, "thing 1")
    page.click("#lock")
    write(page, "4321")
    expect(page.locator("#set-status")).to_have_text("Not this code: wait 1 s before the next.")
    wait_turns(page, 40)
    page.click("#lock")
    write(page, "1234")
    expect(page.locator("#locked")).to_be_empty()
    expect(page.locator("#set-status")).to_be_empty()
    page.get_by_role("button", name="Forget this set").click()
    page.get_by_role("button", name="Forget it").click()
    expect(page.locator("#set")).to_have_value("main")
    counts(page, "thing 1", 1)
    expect(page.locator("#usb")).not_to_contain_text("1234")


def test_sound_is_off_until_somebody_wants_it(page: Page) -> None:
    """And stays on after a reload: what the board's speaker plays is heard, one after the other."""
    count = """() => {
      const start = AudioBufferSourceNode.prototype.start;
      document.body.dataset.notes = 0;
      AudioBufferSourceNode.prototype.start = function (at) { document.body.dataset.notes++; start.call(this, at); };
    }"""
    page.evaluate(count)
    show(page, "cup")
    page.keyboard.press("a")
    sees(page, "thing 1")
    state(page, notes="0")
    page.click("#sound")
    page.reload()
    page.evaluate(count)
    expect(page.locator("#sound")).to_have_attribute("aria-pressed", "true")
    show(page, "pen")  # the camera listens to the page again
    page.keyboard.press("a")
    page.wait_for_function("() => document.body.dataset.notes >= 2")
    page.keyboard.press("m")
    expect(page.locator("#sound")).to_have_attribute("aria-pressed", "false")


def test_a_snapshot_and_the_keys(page: Page) -> None:
    with page.expect_download() as snapshot:
        page.click("#snapshot")
    with Image.open(snapshot.value.path()) as picture:
        assert picture.size == (960, 540)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("p")
    state(page, view="projector")
    page.keyboard.press("Escape")
    expect(page.locator("body[data-view]")).to_have_count(0)
