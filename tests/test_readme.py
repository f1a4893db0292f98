"""README.md and README.ja.md: the same lines to copy, the same pictures and links; files and tests that exist."""

import re

from tests import ROOT

ENGLISH, JAPANESE = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ja.md"))


def lines_to_copy(text: str) -> list[str]:
    return [re.sub("FOLDER|フォルダー", "", line) for line in re.findall(r"^    (\S.*)$", text, re.MULTILINE)]


def test_both_have_the_same_lines_to_copy() -> None:
    """.ci/run runs the two that begin with `python3 -m venv`."""
    assert lines_to_copy(ENGLISH) == lines_to_copy(JAPANESE)
    assert sum(line.startswith("python3 -m venv ") for line in lines_to_copy(ENGLISH)) == 2


def test_both_have_the_same_links_and_sections() -> None:
    links = [
        sorted(set(re.findall(r"\]\(([^)]+)\)", text)) - {"README.md", "README.ja.md"}) for text in (ENGLISH, JAPANESE)
    ]
    assert links[0] == links[1]
    numbers = [sorted(re.findall(r"\d[\d,.]*\d", text)) for text in (ENGLISH, JAPANESE)]
    assert numbers[0] == numbers[1]
    assert ENGLISH.count("\n## ") == JAPANESE.count("\n## ")


def test_what_they_name_exists() -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", ENGLISH):
        assert "://" in target or (ROOT / target).exists(), target
    for path in re.findall(r"\b((?:tests|bench|docs|models)/[\w/.-]+\w)", ENGLISH):
        assert (ROOT / path).exists(), path


def test_columns() -> None:
    for text in (ENGLISH, JAPANESE):
        assert [line for line in text.splitlines() if len(line) > 100 and line[0] not in "|!"] == []
