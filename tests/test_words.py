"""Turns that CONTRIBUTING.md asks us not to use, in documents and in what programs print. `poe check` spells."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import ROOT

INSTEAD = {
    r"(?<!there )\b(is|are|was) no (?!more\b|longer\b|\w+er\b)\w+": "is not a ...",
    r"\banew\b": "again",
    r"\bbeside\b": "next to",
    r"\bshall\b": "must, or the plain verb",
    r"\bin order to\b": "to",
    r"\bleave \S+ (away|off)\b": "leave out",
    r"\bwhat is what\b": "the field's noun",
}
RULES = "CONTRIBUTING.md"  # names them
OTHERS = ("fakes",)  # names of others' making
BUILT = ("build", "venv", "kit", "node_modules")
DOCUMENTS = [
    page
    for page in sorted(ROOT.rglob("*.md"))
    if not page.name.endswith(".ja.md") and not {*BUILT} & {*page.relative_to(ROOT).parts}
]
PROGRAMS = [file for file in sorted((ROOT / "tools/madeleine").rglob("*.py")) if not {*OTHERS} & {*file.parts}]


def printed(source: str) -> Iterator[str]:
    """The texts of a program but for its docstrings."""
    tree = ast.parse(source)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
    docstrings = {body[0].value for body in bodies if body and isinstance(body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            yield node.value


def turns(text: str) -> list[str]:
    return [found[0] for turn in INSTEAD for found in re.finditer(turn, text, re.IGNORECASE)]


@pytest.mark.parametrize(
    "text", ["it is no file", "It shall go", "made anew", "the file\nbeside it", "leave --head away"]
)
def test_a_turn_is_found(text: str) -> None:
    assert len(turns(text)) == 1


@pytest.mark.parametrize(
    "text", ["there is no file", "it is no longer there", "no nearer: it is no better than it", "besides"]
)
def test_plain_words_are_not(text: str) -> None:
    assert turns(text) == []


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_documents(page: Path) -> None:
    assert page.name == RULES or turns(page.read_text(encoding="utf-8")) == []


def test_programs() -> None:
    said = {file.relative_to(ROOT).as_posix(): turns("\n".join(printed(file.read_text("utf-8")))) for file in PROGRAMS}
    assert {name: found for name, found in said.items() if found} == {}
