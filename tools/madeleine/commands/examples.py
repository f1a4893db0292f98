"""`madeleine examples`: what a camera was taught: list, export, import, merge, check, rename, forget."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from madeleine.camera.camera import Camera
from madeleine.camera.fields import Fields
from madeleine.camera.many import add_many_arguments, are_many, for_many
from madeleine.camera.ports import add_camera_action
from madeleine.camera.usb import Board
from madeleine.device import command_error, labels, settings
from madeleine.errors import ToolError, UsageError
from madeleine.examples import camera, files
from madeleine.examples.collection import IGNORED, Collection, difference, shown
from madeleine.examples.problems import Problems

EXAMPLES = """examples:
  madeleine examples list                        of the camera on USB
  madeleine examples export kitchen.jsonl        everything it knows, its gauge and its settings
  madeleine examples export cup.jsonl --only cup
                                                 one class, to give to others
  madeleine examples import cup.jsonl            another camera of the same model learns it; nothing else changes
  madeleine examples import kitchen.jsonl --replace
                                                 ... or knows this and nothing else
  madeleine examples import kitchen.jsonl --each
                                                 every camera that is plugged in, one after the other: a class
  madeleine examples export garden.jsonl --set garden
                                                 another set than the active one
  madeleine examples merge a.jsonl b.jsonl -o both.jsonl
  madeleine examples check both.jsonl
  madeleine examples rename cup mug
  madeleine examples forget cup
  madeleine examples import features.csv         what Brownie has learned; export features.csv for the other way
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "What a camera was taught, on the camera or in files (docs/FORMATS.md, Examples file)."
    parser.epilog = EXAMPLES
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = _add(actions, "list", "what is there", _list)
    export = _add(actions, "export", "into a file: .jsonl, or Brownie's .csv", _export)
    export.add_argument("output", metavar="FILE", type=Path, help="the file to write")
    bring = _add(actions, "import", "from a file; adds what is new, its marks and settings win", _import)
    bring.add_argument("input", metavar="FILE", type=Path, help="a file of examples")
    bring.add_argument("--replace", action="store_true", help="forget everything that is not in the file")
    add_many_arguments(bring)
    rename = _add(actions, "rename", "a class; if another one has the new name, they become one", _rename)
    rename.add_argument("name", metavar="NAME", help="the class as it is called now")
    rename.add_argument("new", metavar="NEW", help="its new name")
    forget = _add(actions, "forget", "all examples of a name; '*exclude': the ignored views", _forget)
    forget.add_argument("name", metavar="NAME", help="the class")
    for action in (listing, export, bring):
        text = "a set of the camera's examples other than the active one"
        action.add_argument("--set", metavar="NAME", help=text + ("; made if it is new" if action is bring else ""))
    for action in (export, bring):
        _add_only(action)
    merge = actions.add_parser("merge", help="several files into one; the later one's marks and settings win")
    merge.add_argument("inputs", metavar="FILE", type=Path, nargs="+", help="files of examples")
    merge.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="the file to write")
    _add_only(merge)
    merge.set_defaults(func=_merge)
    check = actions.add_parser("check", help="can a file be used? exits with 1 if not")
    check.add_argument("input", metavar="FILE", type=Path, help="a file of examples")
    check.set_defaults(func=_check)


def _add(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    text: str,
    function: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    """An action on a camera or, with --file, on a file."""
    action = add_camera_action(actions, name, text, function)
    action.add_argument("--file", metavar="F", type=Path, help="a file of examples instead of a camera")
    action.set_defaults(set=None)
    return action


def _add_only(action: argparse.ArgumentParser) -> None:
    action.add_argument(
        "--only", metavar="NAME", action="append", help="this class, without marks and settings; may be repeated"
    )


def _chosen(collection: Collection, arguments: argparse.Namespace) -> Collection:
    return collection.only(arguments.only) if arguments.only else collection


def _say(text: str) -> None:
    Console(markup=False).print(text, highlight=False, soft_wrap=True)


@contextmanager
def _bar(text: str) -> Iterator[camera.Progress]:
    """A progress bar, on a terminal."""
    console = Console(markup=False)
    columns = (TextColumn(text), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(text, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _on_a_file(arguments: argparse.Namespace) -> bool:
    if arguments.file is not None and arguments.port is not None:
        raise UsageError("--file and --port are two places; give one of them")
    if arguments.file is not None and arguments.set is not None:
        raise UsageError("--set is of a camera; leave it out with --file")
    return arguments.file is not None


def _present(arguments: argparse.Namespace) -> Collection:
    """What the camera, or the file in its place, has now."""
    if _on_a_file(arguments):
        return files.load(arguments.file, _say)
    with Board.open(arguments.port) as board, _bar("reading") as progress, camera.using(board, arguments.set):
        return camera.read(board, progress)


def _change(arguments: argparse.Namespace, make: Callable[[Collection], Collection]) -> tuple[Collection, Collection]:
    """Makes something else of it; (before, after)."""
    if _on_a_file(arguments):
        before = files.load(arguments.file, _say)
        after = make(before)
        files.save(arguments.file, after)
        return before, after
    with Board.open(arguments.port) as board, _bar("writing") as progress, camera.using(board, arguments.set, new=True):
        return camera.change(board, make, progress)


def _list(arguments: argparse.Namespace) -> int:
    _tell(_present(arguments))
    return 0


def _tell(collection: Collection) -> None:
    for label, count in collection.counts().items():
        _say(f"{count:5}  {shown(label)}")
    _say(f"{len(collection.examples):5}  examples of model {collection.model}")
    if collection.marks:
        marks = (f"{value} ({count})" if count > 1 else str(value) for value, count in collection.pictures().items())
        _say(f"       marks of the gauge: {', '.join(marks)}")
    if collection.settings:
        told = ", ".join(f"{settings.name_of(key)} {value}" for key, value in collection.settings.items())
        _say(f"       settings: {told}")


def _export(arguments: argparse.Namespace) -> int:
    collection = _chosen(_present(arguments), arguments)
    files.save(arguments.output, collection)
    _say(f"{arguments.output}: {len(collection.examples)} examples of model {collection.model}")
    return 0


def _import(arguments: argparse.Namespace) -> int:
    given = _chosen(files.load(arguments.input, _say), arguments)

    def bring(port: str | None) -> str:
        one = argparse.Namespace(file=arguments.file, port=port, set=arguments.set)
        told = difference(*_change(one, lambda present: present.taking(given, arguments.replace)))
        _say(told)
        return told

    if not are_many(arguments):
        bring(arguments.port)
        return 0
    if arguments.file is not None:
        raise UsageError("--file names no camera; leave it out with --all and --each")
    return for_many(arguments, bring)


def _merge(arguments: argparse.Namespace) -> int:
    first, *others = (files.load(path, _say) for path in arguments.inputs)
    for other in others:
        first = first.merged(other)
    first = _chosen(first, arguments)
    files.save(arguments.output, first)
    _say(f"{arguments.output}: {len(first.examples)} examples of model {first.model}")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    problems = Problems(str(arguments.input))
    collection = files.examine(arguments.input, problems)
    for text in problems.texts or (f"{text}; left out" for text in problems.left_out):
        _say(text)
    if problems.texts:
        raise ToolError(f"{arguments.input} cannot be used as it is; export it again")
    _tell(collection)
    names: dict[bytes, str] = {}
    for example in collection.examples:
        other = names.setdefault(example.vector, example.label)
        if other != example.label:
            _say(f"one view is called {shown(other)} and {shown(example.label)}: the camera will say {shown(other)}")
    return 0


def _name(text: str) -> str:
    """A name that a class can have."""
    try:
        return labels.check(text)
    except command_error.CommandError as error:
        raise UsageError(f"{text!r} is not a valid name: {error}") from error


def _rename(arguments: argparse.Namespace) -> int:
    name, new = _name(arguments.name), _name(arguments.new)
    if _on_a_file(arguments):
        count = _change(arguments, lambda present: present.renamed(name, new))[1].counts()[new]
    else:
        with Camera(arguments.port) as taught:
            count = taught.rename(name, new).count
    _say(f"{name} is {new} now, with {count} examples")
    return 0


def _forget(arguments: argparse.Namespace) -> int:
    if not _on_a_file(arguments) and arguments.name != IGNORED:
        with Camera(arguments.port) as taught:
            count = Fields(taught.forget(arguments.name).message).needed_whole("count")
    else:
        before, after = _change(arguments, lambda present: present.without(arguments.name))
        count = len(before.examples) - len(after.examples)
    _say(f"{count} examples of {arguments.name} are forgotten")
    return 0
