"""The page in a real browser, by mouse and keyboard: a lesson from the first click to a pulled plug."""

from pathlib import Path

from madeleine.sim.scenes import scene
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.web.browser import visit, wait_turns
from tests.web.person import (
    BEFORE_THE_LENS,
    NOTHING,
    begin,
    counts,
    hint,
    hold,
    says,
    sees,
    show,
    state,
    teach,
    thumbnails,
)
from tests.web.webcam import FILM

ANSWER = "document.querySelector('#answer-name').textContent"
NAMES = ("thing 1", "thing 2", "thing 3")
CARD = "*limit 200"  # teaches nothing: the lesson of a name's card would come after its count-down, in the next test
LOOK_MS = 100  # comparing the lens with the scenes costs more than a frame lasts


def test_a_lesson_before_the_webcam(page: Page) -> None:
    page.get_by_role("button", name="Webcam").click()
    state(page, lens="webcam")
    for name, thing in zip(NAMES, FILM, strict=True):
        if name != "thing 1":
            page.click("#button-b")
            says(page, event="selected", name=name)
        for is_there in ("!==", "==="):  # it has just come, and stays for SCENE_S
            page.wait_for_function(f"thing => {BEFORE_THE_LENS} {is_there} thing", arg=thing, polling=LOOK_MS)
        page.click("#button-a")
        counts(page, name, 1)
    for name, thing in zip(NAMES, FILM, strict=True):
        seen = f"thing => {BEFORE_THE_LENS} === thing && {ANSWER} === '{name}'"
        page.wait_for_function(seen, arg=thing, polling=LOOK_MS)
        assert thumbnails(page, name, FILM) == [thing]


def test_the_page_hears_what_the_coach_says(page: Page) -> None:
    """ "learned" and the coach's word come at once."""
    teach(page, {"thing 1": "cup", "thing 2": "pen"})
    hint(page, "Learned. Show it another side")
    page.click("#button-a")
    hint(page, "It knew this view before")


def test_what_was_learned_outlives_a_pulled_plug(page: Page) -> None:
    things = dict(zip(NAMES, FILM, strict=True))
    teach(page, things)
    show(page, "hand")
    hold(page, "*exclude")
    counts(page, "", 1)
    page.click("#unplug")
    state(page, power="unplugged")
    page.click("#unplug")
    says(page, event="ready")
    says(page, examples=4)
    for name, thing in things.items():
        show(page, thing)
        sees(page, name)
        assert thumbnails(page, name, FILM) == [thing]
    show(page, "hand")
    sees(page, NOTHING)


def test_pictures_and_cards_survive_a_reload(page: Page) -> None:
    teach(page, {"thing 1": "cup"})
    page.fill("#card-text", CARD)
    page.keyboard.press("Enter")
    state(page, held_card=CARD)
    page.keyboard.press("Escape")
    state(page, held_card="")
    show(page, "leaf")  # the browser writes a moment later
    page.reload()
    expect(page.locator(f'[data-card="{CARD}"]')).to_be_attached()
    expect(page.locator('[data-class="thing 1"] img[data-key]')).to_have_count(1)
    assert thumbnails(page, "thing 1", FILM) == ["cup"]


def test_a_lesson_is_handed_on_with_its_pictures(browser: Browser, page: Page) -> None:
    """To another browser, which has none of them."""
    teach(page, {"thing 1": "cup"})
    with page.expect_download() as shared:
        page.click("#share")
    with visit(browser, page.url) as other:
        begin(other)
        other.set_input_files("#upload", shared.value.path())
        counts(other, "thing 1", 1)
        expect(other.locator("#classes img[data-key]")).to_have_count(1)
        assert thumbnails(other, "thing 1", FILM) == ["cup"]


def test_nothing_said_is_lost_by_a_cut_in_a_write(page: Page) -> None:
    teach(page, {"thing 1": "cup"})
    show(page, "star")
    sees(page, NOTHING)
    page.click("#unplug-write")
    page.click("#button-a")
    state(page, power="unplugged")
    page.click("#unplug")
    says(page, event="ready")
    show(page, "cup")
    sees(page, "thing 1")
    counts(page, "thing 1", 1)  # the star was never acknowledged


def test_examples_go_down_are_forgotten_and_come_up_again(page: Page) -> None:
    teach(page, {"thing 1": "leaf", "thing 2": "key"})
    with page.expect_download() as download:
        page.click("#download")
    file = download.value.path()
    hold(page, "*reset")
    page.click("#button-a")
    for name in ("thing 1", "thing 2"):
        counts(page, name, 0)
    page.set_input_files("#upload", file)  # it knows nothing: nothing is asked
    for name in ("thing 1", "thing 2"):
        counts(page, name, 1)
    page.click("#button-a")
    counts(page, "thing 1", 2)
    for answer, count, examples in (("", 2, 0), ("add", 2, 3), ("replace", 1, 2)):
        page.set_input_files("#upload", file)
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("a")  # no button of the camera while something is asked
        page.click(f'#upload-question [value="{answer}"]')
        if answer:
            expect(page.locator("#upload-status")).to_have_text(f"It now knows {examples} examples.")
        counts(page, "thing 1", count)
    sees(page, "thing 2")
    show(page, "leaf")
    sees(page, "thing 1")


def test_a_dragged_card_asks_and_may_be_declined(page: Page) -> None:
    teach(page, {"thing 1": "cup"})
    page.drag_and_drop('[data-card="*reset"]', "#lens")
    says(page, event="card", text="*reset")
    state(page, held_card="*reset")
    page.keyboard.press("Escape")
    page.click("#button-b")
    sees(page, "thing 1")
    counts(page, "thing 1", 1)


def test_pictures_from_files_are_a_film(page: Page, tmp_path: Path) -> None:
    files = [tmp_path / f"{at} {thing}.png" for at, thing in enumerate(("star", "key"))]
    for file, thing in zip(files, ("star", "key"), strict=True):
        Image.fromarray(scene(thing)).save(file)
    page.set_input_files("#lens-picture", files)
    state(page, lens="film")
    wait_turns(page, 2)
    page.click("#button-a")
    counts(page, "thing 1", 1)
    page.keyboard.press("ArrowRight")
    sees(page, NOTHING)
    page.keyboard.press("ArrowLeft")
    sees(page, "thing 1")
    assert thumbnails(page, "thing 1", ("star", "key")) == ["star"]
    expect(page.locator("#answer")).to_have_text("It sees thing 1 distance 0.0")
    show(page, "cup")
    sees(page, NOTHING)
    torn = tmp_path / "torn.jpg"
    torn.write_bytes(b"not a picture")
    page.set_input_files("#lens-picture", torn)
    expect(page.locator("#lens-status")).to_contain_text("torn.jpg is not a picture")
    page.get_by_role("button", name="0 star.png").click()
    sees(page, "thing 1")
