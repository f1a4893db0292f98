"""The classes on the page in a real browser: taught by name, selected, renamed, forgotten; the limit; pictures."""

from PIL import Image

from tests.web.browser import Browser, Page
from tests.web.person import NOTHING, counts, says, sees, show, teach, thumbnails


def pick(page: Page, name: str, what: str) -> None:
    page.click(f'[data-class="{name}"] .{what}')


def text(page: Page, text: str) -> None:
    """Writes into a field that has the focus, in place of what is there."""
    page.evaluate("document.activeElement.select()")
    page.write(text)
    page.key("Enter")


def test_a_class_by_its_name(page: Page) -> None:
    """Selected, renamed, forgotten after a question, and brought back, by the mouse alone."""
    teach(page, {"thing 1": "cup", "thing 2": "pen"})
    pick(page, "thing 1", "name")
    page.wait("""document.querySelector('[data-class="thing 1"] .name').ariaPressed === 'true'""")
    page.wait("document.querySelector('#teach-text').textContent === 'Learn “thing 1”'")
    pick(page, "thing 1", "rename")
    text(page, "Löffel")
    counts(page, "Löffel", 1)
    counts(page, "thing 1", 0)
    pick(page, "Löffel", "rename")
    page.key("Escape")
    pick(page, "thing 2", "forget")
    page.wait("document.querySelector('#forget-asked').textContent.startsWith('Forget “thing 2”?')")
    page.key("Enter")  # on what does nothing
    page.wait("!document.querySelector('#forget-question').open")
    pick(page, "thing 2", "forget")
    page.click('#forget-question [value="yes"]')
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
    page.click('[data-class="thing 2"] .example')
    page.wait("document.querySelector('#forget-asked').textContent.startsWith('Forget this one example of “thing 2”')")
    page.click('#forget-question [value="yes"]')
    counts(page, "thing 2", 1)
    assert thumbnails(page, "thing 2", ("pen", "key")) == ["key"]
    says(page, event="selected", name="thing 2")
    page.key("u")
    counts(page, "thing 2", 2)
    assert thumbnails(page, "thing 2", ("pen", "key")) == ["key", "pen"]
    counts(page, "thing 1", 1)


def test_teaching_by_name_and_several_views_at_once(page: Page) -> None:
    show(page, "leaf")
    page.key("n")
    page.write("leaf")
    page.key("Enter")
    counts(page, "leaf", 1)
    page.wait("document.querySelector('#teach-name').value === ''")
    with page.held("#teach-learn"):
        counts(page, "leaf", 2)
        page.hear('"event":"turn"', 30)  # the same view teaches nothing more
        counts(page, "leaf", 2)
        page.evaluate("document.querySelector('[data-scene=star]').click()")
        counts(page, "leaf", 3)
    says(page, event="learned", name="leaf", count=3)


def test_the_limit_and_what_it_would_say(page: Page) -> None:
    teach(page, {"thing 1": "cup"})
    sees(page, "thing 1")
    show(page, "leaf")
    sees(page, NOTHING)
    page.evaluate("""(slider => {
      slider.value = 1000;
      slider.dispatchEvent(new Event('input'));
    })(document.querySelector('#limit'))""")
    page.wait("document.querySelector('#limit-says').textContent.includes('thing 1?')")
    page.evaluate("document.querySelector('#limit').dispatchEvent(new Event('change'))")
    says(page, event="set", name="limit", value=1000)
    sees(page, "thing 1?")
    page.wait("document.querySelector('#limit-says').textContent === ''")
    page.wait("document.querySelector('#graph polyline').getAttribute('points').split(' ').length > 3")


def test_pictures_dropped_on_a_class(page: Page) -> None:
    """As the browser brings them: a drop of files cannot be made by a mouse of the DevTools."""
    teach(page, {"thing 1": "cup"})
    page.evaluate("""(async () => {
      const draw = async name => {
        const answer = await fetch(`/scene/${name}.png`);
        return new File([await answer.blob()], `${name}.png`, {type: 'image/png'});
      };
      const files = new DataTransfer();
      for (const name of ['key', 'star']) files.items.add(await draw(name));
      files.items.add(new File(['nothing'], 'notes.png', {type: 'image/png'}));
      const drop = new DragEvent('drop', {dataTransfer: files, bubbles: true, cancelable: true});
      document.querySelector('[data-class="thing 1"]').dispatchEvent(drop);
    })()""")
    page.wait("document.querySelector('#lens-status').textContent === '2 of 3 pictures learned as “thing 1”'")
    counts(page, "thing 1", 3)
    assert thumbnails(page, "thing 1", ("cup", "key", "star")) == ["cup", "key", "star"]


def test_sets_and_the_lock_of_a_camera(page: Page) -> None:
    teach(page, {"thing 1": "cup"})
    page.click("#set-new")
    page.write("台所")
    page.key("Enter")
    page.wait("document.querySelector('#set').value === '台所'")
    counts(page, "thing 1", 0)
    page.click("#lock")
    page.write("1234")
    page.key("Enter")
    page.wait("document.querySelector('#locked').textContent.startsWith('Locked')")
    page.key("a")
    says(page, event="learned", name="thing 1")
    sees(page, "thing 1")
    for code, sentence in (("4321", "Not this code: wait 1 s before the next."), ("1234", "")):
        page.click("#lock")
        page.write(code)
        page.key("Enter")
        page.wait(f"document.querySelector('#set-status').textContent === '{sentence}'")
        page.hear('"event":"turn"', 40)  # a second, after a wrong one
    page.wait("document.querySelector('#locked').textContent === ''")
    page.click("#set-forget")
    page.click('#forget-question [value="yes"]')
    page.wait("document.querySelector('#set').value === 'main'")
    counts(page, "thing 1", 1)
    assert "1234" not in page.text("#usb")


def test_sound_is_off_until_somebody_wants_it(page: Page) -> None:
    """And stays on after a reload: what the board's speaker plays is heard, one after the other."""
    count = """(() => {
      const start = AudioBufferSourceNode.prototype.start;
      document.body.dataset.notes = 0;
      AudioBufferSourceNode.prototype.start = function (at) { document.body.dataset.notes++; start.call(this, at); };
    })()"""
    page.evaluate(count)
    show(page, "cup")
    page.key("a")
    sees(page, "thing 1")
    assert page.evaluate("document.body.dataset.notes") == "0"
    page.click("#sound")
    page.reload()
    page.evaluate(count)
    page.wait("document.querySelector('#sound').ariaPressed === 'true'")
    page.key("a")
    page.wait("document.body.dataset.notes >= 2")
    page.key("m")
    page.wait("document.querySelector('#sound').ariaPressed === 'false'")


def test_a_snapshot_and_the_keys(browser: Browser, page: Page) -> None:
    file = browser.download(page, "#snapshot")
    with Image.open(file) as picture:
        assert picture.size == (960, 540)
    page.key("?")
    page.wait("document.querySelector('#help').open")
    page.key("Escape")
    page.wait("!document.querySelector('#help').open")
    page.key("p")
    page.wait("document.body.dataset.view === 'projector'")
    page.key("Escape")
    page.wait("!document.body.dataset.view")
