"""The stand-ins offer nothing that the real modules lack, and all that the app uses of them."""

import ast
import importlib
import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from madeleine.sim.board import FAKES, board_modules
from madeleine.sim.builds import BUILDS
from madeleine.sim.world import world

TABLE = FAKES.with_name("api.txt")
OBSERVED = Path(__file__).with_name("observed")
LETTERS = dict(zip("ABCDEF", BUILDS, strict=False)) | {"M5": "v5.1.2"}
LIKE_B = "v5.1.2"  # what came after B is not known to be in it


@dataclass(frozen=True)
class Name:
    """One line of the table."""

    least: int | None
    most: int | None
    keywords: frozenset[str]
    builds: frozenset[str]


def builds_of(mark: str | None) -> frozenset[str]:
    if mark is None:
        return frozenset(BUILDS)
    if not mark.startswith(">"):
        return frozenset({LETTERS[mark]})
    names = list(BUILDS)
    later = set(names[names.index(LETTERS[mark[1:]]) :])
    return frozenset(later if mark == ">B" else later - {LIKE_B})


def read_table() -> dict[str, Name]:
    table = {}
    for line in TABLE.read_text().splitlines():
        words = line.split("#")[0].split() if line.startswith("#") else line.split()
        if not words:
            continue
        count = next((word for word in words[1:] if word[0].isdigit()), None)
        least, _, most = (count or "").partition("..")
        keywords = frozenset(word[:-1] for word in words[1:] if word.endswith("="))
        mark = next((word for word in words[1:] if word[0] == ">" or word in LETTERS), None)
        numbers = (int(least), int(most or least)) if count else (None, None)
        table[words[0]] = Name(*numbers, keywords, builds_of(mark))
    return table


TABLE_NAMES = read_table()


def generic(name: str) -> str:
    """The line of the table for a numbered constant: GPIO3 is GPIO#."""
    return name if name in TABLE_NAMES else re.sub(r"\d+$", "#", name)


@pytest.fixture(params=BUILDS)
def modules(request) -> Iterator[dict[str, ModuleType]]:
    """The stand-ins as they are in one build; those that it lacks are left out."""
    world.power_on(build=request.param)
    with board_modules({}):
        found = {}
        for path in FAKES.glob("*.py"):
            try:
                found[path.stem] = importlib.import_module(path.stem)
            except ImportError:
                assert path.stem == "ulab"
        yield found
    world.power_on()


def offered(modules: dict[str, ModuleType]) -> Iterator[tuple[str, Any]]:
    """Every public name of the stand-ins and of their classes (not FPIOA's numbers). Streams are CPython's."""
    for stem, module in modules.items():
        for name, value in vars(module).items():
            if name.startswith("_") and f"{stem}.{name}" not in TABLE_NAMES:  # MaixPy has such names, too
                continue
            yield f"{stem}.{name}", value
            if inspect.isclass(value) and value.__module__ in (stem, "Maix"):
                for inner, member in vars(value).items():
                    if not inner.startswith("_") and not (
                        name == "FPIOA" and (stem != "Maix" or isinstance(member, int))
                    ):
                        yield f"{stem}.{name}.{inner}", member


def test_nothing_is_offered_that_the_board_lacks(modules):
    for name, value in offered(modules):
        assert generic(name) in TABLE_NAMES, f"{name} is not in api.txt"
        real = TABLE_NAMES[generic(name)]
        assert world.build.name in real.builds, f"{name} is not in {world.build.name}"
        if real.most is not None:
            check_arguments(name, value, real)


def check_arguments(name: str, value: Any, real: Name) -> None:
    """Every call the stand-in takes, the real one takes too."""
    try:
        parameters = [p for p in inspect.signature(value).parameters.values() if p.name != "self"]
    except ValueError:  # built into CPython, without a signature
        return
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = [p for p in positional if p.default is p.empty]
    keyword_only = {p.name for p in parameters if p.kind is p.KEYWORD_ONLY and not p.name.startswith("_")}
    assert keyword_only <= real.keywords, f"{name}: keywords {keyword_only - real.keywords}"
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return
    assert len(positional) <= real.most, f"{name} takes more by position than {real.most}"
    assert len(needed) >= real.least or real.least is None, f"{name} needs fewer than {real.least}"


def test_every_build_has_its_names(modules):
    """Names the table gives to a build are there, as far as any build of the stand-ins has them."""
    names = {generic(name) for name, _ in offered(modules)}
    for name, real in TABLE_NAMES.items():
        if name.split(".")[0] == "fpioa_manager" or (name.startswith("Maix.FPIOA.") and real.least is None):
            continue
        assert (name in names) == (world.build.name in real.builds), name


def uses(root: Path) -> Iterator[tuple[str, str, str]]:
    """(file, module, name) for each name the app takes from a module that has a stand-in."""
    for path in (root / "boot.py", root / "main.py", *(root / "lib").glob("*.py")):
        tree = ast.parse(path.read_text())
        aliases = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                aliases.update({alias.asname or alias.name: alias.name for alias in node.names})
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    yield path.name, node.module, alias.name
                    aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
                module, _, rest = aliases[node.value.id].partition(".")
                yield path.name, module, f"{rest}.{node.attr}" if rest else node.attr


def test_everything_the_app_uses_is_offered(root):
    stems = {path.stem for path in FAKES.glob("*.py")}
    wanted = {use for use in uses(root) if use[1] in stems and use[2] != "fm.fpioa"}
    assert len(wanted) > 40
    for file, module, name in wanted:
        assert generic(f"{module}.{name}") in TABLE_NAMES, f"{file} uses {module}.{name}, which no stand-in has"


@pytest.mark.parametrize("build", ["v0.4.0_47", "v0.5.0_9"])
def test_the_table_agrees_with_what_a_firmware_listed(build):
    """`dir()` of the modules, recorded from two real firmwares by bench/modules.py."""
    known = json.loads((OBSERVED / f"{build}.json").read_text())
    checked = 0
    for name, real in TABLE_NAMES.items():
        holder, _, last = name.rpartition(".")
        holder = holder.rpartition(".")[2]
        if holder not in known or holder == "fm" or "#" in last or not known[holder]:
            continue
        assert (last in known[holder]) == (build in real.builds), f"{name} in {build}"
        checked += 1
    assert checked > 80
