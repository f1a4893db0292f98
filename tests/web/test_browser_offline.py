"""The page in a real browser while its server is away."""

from playwright.sync_api import Browser, expect

from tests.web.browser import open_page, wait_turns
from tests.web.person import begin, sees, state
from tests.web.test_program import running

LOOKS = 40
TURNS = 5  # between two looks: in ten seconds and more the browser has kept it
KEPT = """async () => {
  const kept = (await (await caches.open('madeleine')).keys()).map(({url}) => url);
  const loaded = performance.getEntriesByType('resource').map(({name}) => name);
  return [location.href, ...loaded.filter(name => /page|scene|card/.test(name))].every(name => kept.includes(name));
}"""


def test_it_opens_without_a_server_and_goes_on_with_one(browser: Browser) -> None:
    with running() as program:
        page = open_page(browser, f"http://127.0.0.1:{program.port}/")
        begin(page)
        expect(page.locator("[data-card] canvas")).to_have_count(8)
        for _ in range(LOOKS):
            if page.evaluate(KEPT):
                break
            wait_turns(page, TURNS)
    page.reload()
    expect(page.locator("#lost")).to_contain_text("This page was kept by your browser")
    expect(page.locator("[data-card] canvas")).to_have_count(8)
    state(page, lens="scene")
    with running("--port", str(program.port)):
        state(page, connection="open")
        sees(page, "nothing it knows")
        page.close()
