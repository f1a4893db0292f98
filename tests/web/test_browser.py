"""The page in a real browser, by mouse and keyboard: a lesson from the first click to a pulled plug."""

from pathlib import Path

from madeleine.sim.scenes import scene
from PIL import Image

from tests.web.browser import Browser, Page
from tests.web.person import BEFORE_THE_LENS, NOTHING, begin, counts, hold, says, sees, show, teach, thumbnails
from tests.web.webcam import FILM

NAMES = ("thing 1", "thing 2", "thing 3")


def test_a_lesson_before_the_webcam(page: Page) -> None:
    page.click("#lens-webcam")
    page.wait("document.body.dataset.lens === 'webcam'")
    for name, thing in zip(NAMES, FILM, strict=True):
        if name != "thing 1":
            page.click("#button-b")
            says(page, event="selected", name=name)
        page.wait(f"!{BEFORE_THE_LENS}('{thing}')")
        page.wait(f"{BEFORE_THE_LENS}('{thing}')")  # it has just come, and stays for SCENE_S
        page.click("#button-a")
        counts(page, name, 1)
    for name, thing in zip(NAMES, FILM, strict=True):
        page.wait(f"document.querySelector('#answer-name').textContent === '{name}' && {BEFORE_THE_LENS}('{thing}')")
        assert thumbnails(page, name, FILM) == [thing]


def test_the_page_hears_what_the_coach_says(page: Page) -> None:
    """ "learned" and the coach's word come at once."""
    teach(page, {"thing 1": "cup", "thing 2": "pen"})
    page.wait("document.querySelector('#hint').textContent.startsWith('Learned. Show it another side')")
    page.click("#button-a")
    page.wait("document.querySelector('#hint').textContent.startsWith('It knew this view before')")


def test_what_was_learned_outlives_a_pulled_plug(page: Page) -> None:
    things = dict(zip(NAMES, FILM, strict=True))
    teach(page, things)
    show(page, "hand")
    hold(page, "*exclude")
    counts(page, "", 1)
    page.click("#unplug")
    page.wait("document.body.dataset.power === 'unplugged'")
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
    page.click("#card-text")
    page.write("mug")
    page.key("Enter")
    page.wait("document.body.dataset.heldCard === 'mug'")
    page.key("Escape")
    page.wait("!document.body.dataset.heldCard")
    teach(page, {"thing 1": "cup"})
    show(page, "leaf")  # the browser writes a moment later
    page.reload()
    page.wait("document.querySelector('[data-card=mug]')")
    page.wait("document.querySelector('[data-class=\"thing 1\"] img[data-key]')")
    assert thumbnails(page, "thing 1", FILM) == ["cup"]


def test_a_lesson_is_handed_on_with_its_pictures(browser: Browser, page: Page) -> None:
    """To another browser, which has none of them."""
    teach(page, {"thing 1": "cup"})
    file = browser.download(page, "#share")
    other = browser.open(page.evaluate("location.href"))
    begin(other)
    other.choose("#upload", file)
    counts(other, "thing 1", 1)
    other.wait("document.querySelector('#classes img[data-key]')")
    assert thumbnails(other, "thing 1", FILM) == ["cup"]
    other.close()
    assert other.complaints == []


def test_nothing_said_is_lost_by_a_cut_in_a_write(page: Page) -> None:
    teach(page, {"thing 1": "cup"})
    show(page, "star")
    sees(page, NOTHING)
    page.click("#unplug-write")
    page.click("#button-a")
    page.wait("document.body.dataset.power === 'unplugged'")
    page.click("#unplug")
    says(page, event="ready")
    show(page, "cup")
    sees(page, "thing 1")
    counts(page, "thing 1", 1)  # the star was never acknowledged


def test_examples_go_down_are_forgotten_and_come_up_again(browser: Browser, page: Page) -> None:
    teach(page, {"thing 1": "leaf", "thing 2": "key"})
    file = browser.download(page, "#download")
    hold(page, "*reset")
    page.click("#button-a")
    for name in ("thing 1", "thing 2"):
        counts(page, name, 0)
    page.choose("#upload", file)  # it knows nothing: nothing is asked
    for name in ("thing 1", "thing 2"):
        counts(page, name, 1)
    page.click("#button-a")
    counts(page, "thing 1", 2)
    for answer, count in (("", 2), ("add", 2), ("replace", 1)):
        page.choose("#upload", file)
        page.wait("document.querySelector('#upload-question').open")
        page.key("a")  # no button of the camera while something is asked
        page.click(f'#upload-question [value="{answer}"]')
        if answer:
            page.wait("document.querySelector('#upload-status').textContent.startsWith('It now knows')")
        counts(page, "thing 1", count)
    sees(page, "thing 2")
    show(page, "leaf")
    sees(page, "thing 1")


def test_a_dragged_card_asks_and_may_be_declined(page: Page) -> None:
    teach(page, {"thing 1": "cup"})
    page.drag('[data-card="*reset"]', onto="#lens")
    says(page, event="card", text="*reset")
    assert page.evaluate("document.body.dataset.heldCard") == "*reset"
    page.key("Escape")
    page.click("#button-b")
    sees(page, "thing 1")
    counts(page, "thing 1", 1)


def test_pictures_from_files_are_a_film(page: Page, tmp_path: Path) -> None:
    files = [tmp_path / f"{at} {thing}.png" for at, thing in enumerate(("star", "key"))]
    for file, thing in zip(files, ("star", "key"), strict=True):
        Image.fromarray(scene(thing)).save(file)
    page.choose("#lens-picture", *files)
    page.wait("document.body.dataset.lens === 'film'")
    page.hear('"event":"turn"', 2)
    page.click("#button-a")
    counts(page, "thing 1", 1)
    page.key("ArrowRight")
    sees(page, NOTHING)
    page.key("ArrowLeft")
    sees(page, "thing 1")
    assert thumbnails(page, "thing 1", ("star", "key")) == ["star"]
    assert page.text("#answer").split() == ["It", "sees", "thing", "1", "distance", "0.0"]
