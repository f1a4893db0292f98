"""The docs site: it builds without a warning, asks nothing of the network, and its links lead somewhere."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from handbook import pages, reference
from madeleine.commands import COMMANDS
from madeleine.device import command

from tests import ROOT

LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


class Html(HTMLParser):
    """What a page loads, where it leads, and the places in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.leads: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.places.update(value for name in ("id", "name") if (value := found.get(name)))
        if target := found.get(LOADS.get(tag, "")):
            self.loads.append(target)
        if tag == "a" and (target := found.get("href")):
            self.leads.append(target)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The site, built as `poe docs` does."""
    pytest.importorskip("mkdocs", reason="mkdocs is not installed (the extra docs)")
    room = tmp_path_factory.mktemp("docs")
    pages.gather(room / "pages")
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    (room / "mkdocs.yml").write_text(settings.replace("build/pages", "pages"), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(room / "site")]
    ended = subprocess.run(command, cwd=room, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-3000:]
    yield room / "site"


@pytest.fixture(scope="module")
def html(site: Path) -> dict[Path, Html]:
    return {page: Html(page.read_text(encoding="utf-8")) for page in site.rglob("*.html")}


def test_nothing_comes_from_elsewhere(site: Path, html: dict[Path, Html]) -> None:
    foreign = {target for page in html.values() for target in page.loads if urlsplit(target).netloc}
    assert foreign == set()
    sheets = [file.read_text(encoding="utf-8") for file in site.rglob("*.css")]
    assert [sheet for sheet in sheets if "@import" in sheet or "url(http" in sheet or "url(//" in sheet] == []


def test_links_lead_somewhere(site: Path, html: dict[Path, Html]) -> None:
    broken = []
    for page, found in html.items():
        if page.name == "404.html":
            continue  # for any place, so its addresses begin at the root
        for target in found.loads + found.leads:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            other = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            places = html[other].places if parts.fragment and other in html else {parts.fragment}
            if not other.is_file() or unquote(parts.fragment) not in places:
                broken.append(f"{page.relative_to(site)}: {target}")
    assert broken == []


def test_both_languages(site: Path) -> None:
    english, japanese = ((site / place / "guide/use.html").read_text(encoding="utf-8") for place in ("", "ja"))
    assert '<html lang="en"' in english
    assert '<html lang="ja"' in japanese
    assert "カウントダウン" in japanese
    assert "count-down" in english
    pictures = [(site / place / "screens/05-sure.png").read_bytes() for place in ("", "ja")]
    assert pictures == [(ROOT / "docs/screens" / name).read_bytes() for name in ("05-sure.png", "05-sure.ja.png")]
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    assert index["config"]["lang"] == ["en", "ja"]
    for word, place in (("カウントダウン", "ja/guide/use.html"), ("count-down", "guide/use.html")):
        assert any(word in part["text"] and part["location"].startswith(place) for part in index["docs"])


def test_every_page_that_we_wrote_for_the_site_is_japanese_too() -> None:
    ours = [page for folder in ("guide", "how") for page in (ROOT / "docs" / folder).glob("*.md")]
    english = {page for page in ours if not page.name.endswith(".ja.md")}
    assert {page.with_suffix(".ja.md") for page in english} == set(ours) - english


@pytest.mark.parametrize("page", sorted((ROOT / "docs/guide").glob("*.ja.md")), ids=lambda page: page.name)
def test_both_languages_show_the_same_pictures(page: Path) -> None:
    texts = [file.read_text(encoding="utf-8") for file in (page, page.with_name(page.name.replace(".ja.md", ".md")))]
    japanese, english = (
        [target for _, target, _ in pages.LINK.findall(text) if "screens/" in target] for text in texts
    )
    assert [name.replace(".ja.png", ".png") for name in japanese] == english


@pytest.mark.parametrize("name", ["use.md", "use.ja.md"])
def test_the_cards_are_all_there(name: str) -> None:
    text = (ROOT / "docs/guide" / name).read_text(encoding="utf-8")
    on_cards = [word for word, _, card in command.WORDS if card]
    assert [word for word in on_cards if not re.search(rf"^\|.*`\*{word}\b", text, re.MULTILINE)] == []


def test_the_reference_has_every_command() -> None:
    page = reference.page()
    assert [name for name in COMMANDS if f"## madeleine {name}\n" not in page] == []
    assert "### madeleine examples import\n" in page
    assert "| `-o FILE`, `--out FILE` |" in page


def test_every_option_says_what_it_does() -> None:
    """More than its default."""
    rows = re.findall(r"^\| (`(?!madeleine ).*) \| (.*) \|$", reference.page(), re.MULTILINE)
    assert len(rows) > 100
    assert [option for option, does in rows if not re.sub(r"\(.*?\)", "", does).strip()] == []
