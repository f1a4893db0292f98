"""Gathers the pages of the docs site in one folder, for mkdocs: `python -m handbook.pages build/pages`.

docs/ as it is, pages from elsewhere in the repository, the reference, and every file that a page links to. Links are
made to fit. mkdocs names a page alike in both languages and shows each reader the own one; a link from a Japanese page
to the English twin of another becomes HTML. Japanese lines are joined: a browser would show a blank at a line's end.
"""

import argparse
import posixpath
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from handbook import reference

ROOT = Path(__file__).resolve().parents[2]
DOCS = "docs/"
REFERENCE = "reference.md"
OUTSIDE = (
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "firmware/README.md",
    "models/README.md",
    "tools/k210/README.md",
)
HOME = {"README.md": "index.md", "README.ja.md": "index.md"}
LANGUAGE = re.compile(r"\.ja(?=\.\w+$)")
WHOLE_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s#]+)\.md((?:#[^)\s]*)?)\)")
LINK = re.compile(r"(\]\()([^)\s#]+)((?:#[^)\s]*)?\))")
CODE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
OTHER_LANGUAGE = re.compile(r"^\[(?:日本語|English)\]\([^)]*\)\n+", re.MULTILINE)
JAPANESE = ".ja.md"
WIDE = "[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
GAP = re.compile(f"(?<={WIDE})\n {{0,3}}(?={WIDE})")


def gather(folder: Path) -> None:
    """Empties the folder and fills it. SystemExit for one that holds something else than such pages."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / REFERENCE).is_file():
        raise SystemExit(f"{folder} holds other files than pages of the site; name another folder")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / DOCS, folder)
    (folder / REFERENCE).write_text(reference.page(), encoding="utf-8")
    for name in OUTSIDE:
        _copy(name, folder)
    for page in sorted(folder.rglob("*.md")):
        uri = page.relative_to(folder).as_posix()
        text = page.read_text(encoding="utf-8")
        for name in _linked(uri, text):
            _copy(name, folder)
        page.write_text(fitted(uri, text), encoding="utf-8")


def _copy(name: str, folder: Path) -> None:
    place = folder / name
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, place)


def _linked(page: str, text: str) -> Iterator[str]:
    """Files of the repository outside docs/ that a page links to."""
    for _, target, _ in LINK.findall(text):
        name = _place(page, target)
        if name not in HOME and not name.startswith(DOCS) and (ROOT / name).is_file():
            yield name


def _place(page: str, target: str) -> str:
    """Where in the repository a link of a page leads."""
    home = page if page in OUTSIDE else DOCS + page
    return posixpath.normpath(posixpath.join(posixpath.dirname(home), target))


def fitted(page: str, text: str) -> str:
    """A page's text with its links as the site has them; each language links to itself."""

    def link(found: re.Match[str]) -> str:
        before, target, after = found.groups()
        if "://" in target:
            return found.group()
        place = _place(page, target)
        name = HOME.get(place, place.removeprefix(DOCS))
        if page.endswith(JAPANESE):
            name = LANGUAGE.sub("", name)
        return before + posixpath.relpath(name, posixpath.dirname(page) or ".") + after

    def english(found: re.Match[str]) -> str:
        label, stem, after = found.groups()
        place = _place(page, stem)
        if not (ROOT / (place + JAPANESE)).is_file():
            return found.group()
        up = "../" * (page.count("/") + 1)
        return f'<a href="{up}{place.removeprefix(DOCS)}.html{after}">{label}</a>'

    parts = CODE.split(OTHER_LANGUAGE.sub("", text, count=1))
    if page.endswith(JAPANESE):
        parts[::2] = [GAP.sub("", WHOLE_LINK.sub(english, part)) for part in parts[::2]]
    parts[::2] = [LINK.sub(link, part) for part in parts[::2]]
    return "".join(parts)


def main() -> None:
    """Gathers them where the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="it is emptied first")
    gather(parser.parse_args().folder)


if __name__ == "__main__":
    main()
