"""Brownie's features.csv: a line for each example, its name and 768 features with five decimals.

`0` and `100` are marks of the gauge, a line for each of their pictures; `*exclude` is an example to ignore. Nothing is
quoted: Brownie reads a name up to the first comma. The file does not say of which model it is: Brownie knows one.

Nobody can export such a file again: Brownie adds to it line by line, and a power cut leaves half a line, or NUL bytes
where FAT had promised more. So each line that is whole is read, and the others are left out. A spreadsheet's
semicolons and decimal commas are read, too.
"""

import math

from madeleine.device import features, labels
from madeleine.errors import ToolError
from madeleine.examples.collection import IGNORED, Collection, Example, Mark
from madeleine.examples.problems import Problems

MODEL = "f1141d6b"  # what Brownie's mbnet751_feature.kmodel makes of a black picture
MARKS = {"0": 0, "100": 100}
SLACK = 0.03  # beyond 0..6; half a step
SEPARATORS = (";", "\t", ",")  # where one of the first stands, commas may be decimal ones


def write(collection: Collection) -> bytes:
    """A file that Brownie can read; ToolError for what it would take for something else."""
    if collection.model != MODEL:
        raise ToolError(
            f"examples of model {collection.model} are of no use to Brownie, whose model is {MODEL}: "
            "give the file a name that ends in .jsonl"
        )
    marks = sorted(collection.marks, key=lambda mark: mark.value)
    rows = [(_mark(mark.value), mark.vector) for mark in marks]
    rows += [(_name(example.label), example.vector) for example in collection.examples]
    return "".join(_line(*row) for row in rows).encode()


def _line(name: str, vector: bytes) -> str:
    unit = features.RANGE / features.TOP
    return ",".join([name, *(f"{byte * unit:.5f}" for byte in vector)]) + "\n"


def _mark(value: int) -> str:
    if str(value) not in MARKS:
        raise ToolError(
            f"the mark {value} cannot go into features.csv: Brownie knows 0 and 100; leave the gauge out with --only"
        )
    return str(value)


def _name(label: str) -> str:
    if "," in label or label in MARKS:
        taken = "ends names at a comma" if "," in label else "takes it for a mark"
        raise ToolError(f"{label!r} cannot go into features.csv: Brownie {taken}; leave it out with --only")
    return label or IGNORED


def read(text: str, problems: Problems) -> Collection:
    """The collection of a file's lines that can be used; `problems` has why the others are left out."""
    examples: list[Example] = []
    marks: list[Mark] = []
    for number, row in enumerate(text.split("\n"), 1):
        if not row.strip():
            continue
        with problems.leaving_out(number):
            name, vector = _row(row)
            if name in MARKS:
                marks.append(Mark(MARKS[name], vector))
            else:
                examples.append(Example("" if name == IGNORED else labels.check(name), vector))
    if not examples and not marks:
        problems.add(None, "not a single line is a name and 768 numbers, as in Brownie's features.csv")
    return Collection(MODEL, tuple(examples), tuple(marks))


def _row(row: str) -> tuple[str, bytes]:
    row = row.strip().strip("\0").strip()
    if not row:
        raise ValueError("NUL bytes only, as a power cut leaves them")
    separator = next((mark for mark in SEPARATORS if row.count(mark) == features.LENGTH), ",")
    name, *numbers = row.split(separator)
    if len(numbers) != features.LENGTH:
        raise ValueError(f"{len(numbers)} numbers follow the name, not {features.LENGTH}")
    floats = [_number(text if separator == "," else text.replace(",", ".")) for text in numbers]
    if not all(math.isfinite(value) and -SLACK <= value <= features.RANGE + SLACK for value in floats):
        raise ValueError(f"a feature of Brownie's model is a number of 0 to {features.RANGE}")
    vector = bytearray(features.LENGTH)
    features.quantise(floats, vector)
    return name, bytes(vector)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text[:20]!r} is not a number") from None
