"""The four paths of docs/DESIGN.md: every call that they name is where they say."""

import ast
import re

import pytest

LINK = re.compile(r"\[`([\w.]+)`\]\(\.\./(lib/\w+\.py)\)")


def definitions(file):
    """Names of functions and of methods with their class."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            yield from (f"{node.name}.{each.name}" for each in node.body if isinstance(each, ast.FunctionDef))


def test_every_call_of_the_paths_is_there(root):
    text = (root / "docs/DESIGN.md").read_text(encoding="utf-8")
    links = LINK.findall(text)
    assert len(links) > 20
    assert {(name, file) for name, file in links if name not in set(definitions(root / file))} == set()


@pytest.mark.parametrize("path", ["One frame", "One learn", "One QR card", "One line of a host"])
def test_each_path_has_five_lines(root, path):
    text = (root / "docs/DESIGN.md").read_text(encoding="utf-8")
    section = text.split(f"**{path}**")[1].split("\n\n")[1]
    assert re.findall(r"^\d\.", section, re.MULTILINE) == ["1.", "2.", "3.", "4.", "5."]
