"""The page in a real browser while its server is away."""

from tests.web.browser import Browser
from tests.web.person import begin, sees
from tests.web.test_program import running

TURNS = 200  # ten seconds and more, for the browser to keep it
LOOKS = 20_000  # a millisecond or more each
KEPT = "caches.open('madeleine').then(cache => cache.keys()).then(all => all.map(one => one.url))"
KEPT += ".then(all => all.filter(one => one.includes('/card?')).length > 7 && all.some(one => /words.js/.test(one)))"
OFFLINE = "document.querySelector('#lost')?.innerText.startsWith('This page was kept by your browser')"


def test_it_opens_without_a_server_and_goes_on_with_one(browser: Browser) -> None:
    with running() as program:
        page = browser.open(f"http://127.0.0.1:{program.port}/")
        begin(page)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        for _ in range(TURNS):
            if page.evaluate(KEPT):
                break
            page.hear('"event":"turn"')
    page.reload()
    # A promise would be lost: the page says that it is loaded before the worker's answer takes its place.
    assert any(page.evaluate(OFFLINE) for _ in range(LOOKS))
    page.wait("document.querySelectorAll('[data-card] canvas').length > 7")
    assert page.evaluate("document.body.dataset.lens") == "scene"
    with running("--port", str(program.port)):
        page.wait("document.body.dataset.connection === 'open'")
        sees(page, "nothing it knows")
        page.close()
