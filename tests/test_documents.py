"""The documents: what they name and link to exists, lines are short; the two READMEs say the same."""

import re
from pathlib import Path

import pytest

from tests import ROOT

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("*/README.md")), *sorted(ROOT.glob("docs/**/*.md"))]
DOCUMENTS.append(ROOT / "tools/k210/README.md")
WRAPPED = [ROOT / name for name in ("README.md", "README.ja.md", "CONTRIBUTING.md", "SECURITY.md")]
WRAPPED += sorted(ROOT.glob("docs/**/*.md"))
MADE_LATER = {
    "docs/guide/NAME.md",
    "docs/how/NAME.md",
    "tools/madeleine/commands/NAME.py",
    "lib/app.pack",
    "lib/spare.pack",
    "lib/spare.py",
    "models/run",
    "models/run/checkpoint.pt",
}
ENGLISH, JAPANESE = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ja.md"))


def anchors(page: Path) -> set[str]:
    """Of the headings, as the usual hosts make them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            name, _, anchor = target.partition("#")
            other = (page.parent / name).resolve() if name else page
            assert other.exists(), target
            assert not anchor or anchor in anchors(other), target


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_files_that_are_named_exist(page: Path) -> None:
    pattern = r"(?<![\w/.])((?:tests|bench|docs|models|firmware|tools|lib)/[\w/.-]*\w)"
    named = set(re.findall(pattern, page.read_text(encoding="utf-8"))) - MADE_LATER
    assert {name for name in named if not (ROOT / name).exists()} == set()


@pytest.mark.parametrize("page", WRAPPED, ids=lambda page: page.name)
def test_lines_are_short(page: Path) -> None:
    """But for tables, pictures and code."""
    lines = page.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 100 and line[0] not in "|! {"] == []


def lines_to_copy(text: str) -> list[str]:
    return [re.sub("FOLDER|フォルダー", "", line) for line in re.findall(r"^    (\S.*)$", text, re.MULTILINE)]


def test_both_readmes_have_the_same_lines_to_copy() -> None:
    """.ci/run runs the two that begin with `python3 -m venv`."""
    assert lines_to_copy(ENGLISH) == lines_to_copy(JAPANESE)
    assert sum(line.startswith("python3 -m venv ") for line in lines_to_copy(ENGLISH)) == 2


def test_both_readmes_have_the_same_sections_links_and_numbers() -> None:
    """The Japanese one leads to Japanese pages where there are some."""
    for pattern in (r"\]\(((?!README)[^)#]+)", r"\d[\d,.]*\d", r"^#+ "):
        english, japanese = (sorted(re.findall(pattern, text, re.MULTILINE)) for text in (ENGLISH, JAPANESE))
        assert english == sorted(found.replace(".ja.", ".") for found in japanese)


def test_the_readme_is_short() -> None:
    assert max(len(text.splitlines()) for text in (ENGLISH, JAPANESE)) <= 120


def test_no_document_needs_the_reference_data() -> None:
    """CONTRIBUTING.md explains the optional folder next to the checkout."""
    assert [page.name for page in DOCUMENTS if "../shared" in page.read_text(encoding="utf-8")] == []


def test_the_tree_has_every_module_of_the_board() -> None:
    tree = (ROOT / "docs/DESIGN.md").read_text(encoding="utf-8").split("## The tree")[1].split("## Borders")[0]
    assert [file.name for file in sorted((ROOT / "lib").glob("*.py")) if f" {file.name}" not in tree] == []
