"""Short private names: no two that may meet are the same, and nothing else changes."""

import ast

import pytest
from madeleine.board.install.manifest import app_files
from madeleine.board.install.private_names import shorten

APP = {
    "port": b"class Port:\n    def __init__(self, app):\n        self._app = app  # _app stays\n",
    "husky": b"from port import Port\n\nclass Husky(Port):\n    def _do(self):\n        return self._app, self._own\n",
    "other": b"from micropython import const\n_TEN = const(10)\n\ndef _help(_):\n    return '_help', _TEN, __name__\n",
    "third": b"_TEN, _two = (10, 2)\n",
}


def run(modules: dict[str, bytes], *names: str) -> dict[str, object]:
    space: dict[str, object] = {"const": int}
    for name in names:
        lines = [line for line in modules[name].decode().splitlines() if "import" not in line]
        exec("\n".join(lines), space)
    return space


def test_the_same_program() -> None:
    short = shorten(APP)
    husky = run(short, "port", "husky")["Husky"]("the app")
    names = [name for name in dir(husky) if not name.startswith("__")]
    assert len(set(names)) == len(names) == 2, "the attribute of a class and the method of what derives from it"
    assert [len(name) for name in names] == [2, 2]
    assert "_do(" not in short["husky"].decode()
    assert short["port"].endswith(b"# _app stays\n"), "comments and lines stay"
    assert b"return '_help', _TEN, __name__" in short["other"], "texts, constants and names of Python, too"
    assert b"def _0(_):" in short["other"]


@pytest.fixture(scope="module")
def app(root) -> dict[str, bytes]:
    return {name.rpartition("/")[2].removesuffix(".py"): source for name, source in app_files(root).items()}


def test_no_names_of_a_module_become_one(app) -> None:
    """A namespace has as many names as before, and the tree is the same but for them."""
    for module, source in shorten(app).items():
        before, after = ast.parse(app[module]), ast.parse(source)
        pairs = {(old, new) for old, new in zip(_names(before), _names(after), strict=True)}
        assert len(pairs) == len({old for old, _ in pairs}) == len({new for _, new in pairs}), module
        assert len(source.splitlines()) == len(app[module].splitlines())
        public = [(old, new) for old, new in pairs if not old.startswith("_")]
        assert all(old == new for old, new in public), module


def test_nobody_touches_the_private_names_of_another(app) -> None:
    """What makes it right that modules share them."""
    for module, source in app.items():
        classes = {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)}
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
                owner = ast.unparse(node.value)
                assert owner == "self" or owner in classes, f"{module}: {ast.unparse(node)}"
            assert not (isinstance(node, ast.Call) and ast.unparse(node.func) in ("setattr", "delattr", "vars")), module


def _names(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        for field in ("id", "attr", "name", "arg"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                found.append(value)
    return found
