"""What a camera was taught and set, of one model: its examples, the marks of its gauge, its settings."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from madeleine.device import change
from madeleine.errors import ToolError

IGNORED = "*exclude"  # what people call the examples without a label, after Brownie's card
# By their keys; `link` is the cable's affair, `turn` that of the mounting.
SETTINGS = ("limit2", "rule", "sound", "brightness", "grove", "unit", "gauge", "where", "language", "scratch")
FORMER = ("limit",)  # settings of the first edition that mean nothing any more
Record = tuple[str, str | int, bytes | str]  # as the board's memory.Memory.records() has them


@dataclass(frozen=True)
class Example:
    """One stored vector (bytes of 0..127, one a feature) and its label; "" is one to ignore."""

    label: str
    vector: bytes


@dataclass(frozen=True)
class Mark:
    """One picture of a mark of the gauge: its number, and the vector as of an example."""

    value: int
    vector: bytes


@dataclass(frozen=True)
class Collection:
    """Everything of one camera. `model`: eight hexadecimal digits (docs/FORMATS.md, Store); `app`, `board`: source."""

    model: str
    examples: tuple[Example, ...] = ()
    marks: tuple[Mark, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    app: str = ""
    board: str = ""

    def counts(self) -> dict[str, int]:
        """How many examples each label has, in the order they were learned."""
        return dict(Counter(example.label for example in self.examples))

    def pictures(self) -> dict[int, int]:
        """How many pictures each mark has, by their numbers."""
        return dict(sorted(Counter(mark.value for mark in self.marks).items()))

    def only(self, names: Iterable[str]) -> "Collection":
        """The examples of these classes, without marks and settings; ToolError for a name that is not there."""
        labels = [self._label(name) for name in names]
        kept = tuple(example for example in self.examples if example.label in labels)
        return replace(self, examples=kept, marks=(), settings={})

    def without(self, name: str) -> "Collection":
        """Everything but the examples of a class; ToolError when there is none of that name."""
        label = self._label(name)
        return replace(self, examples=tuple(example for example in self.examples if example.label != label))

    def without_one(self, index: int) -> "Collection":
        """Everything but one example, by its place from 0."""
        return replace(self, examples=self.examples[:index] + self.examples[index + 1 :])

    def renamed(self, name: str, new: str) -> "Collection":
        """A class under another name, which another class may have; ToolError when there is none of that name."""
        label = self._label(name)
        examples = (replace(one, label=new) if one.label == label else one for one in self.examples)
        return replace(self, examples=tuple(examples))

    def _label(self, name: str) -> str:
        label = "" if name == IGNORED else name
        if label not in self.counts():
            known = ", ".join(shown(known) for known in self.counts()) or "none"
            raise ToolError(f"no examples of {name}; there are: {known}")
        return label

    def merged(self, other: "Collection") -> "Collection":
        """This and what is new in another one, whose marks and settings win; ToolError for another model."""
        if other.model != self.model:
            raise ToolError(
                f"examples of model {other.model} cannot be used with model {self.model}: "
                "give both cameras the same model, or teach this one again"
            )
        known = set(self.examples)
        new = tuple(example for example in dict.fromkeys(other.examples) if example not in known)
        values = other.pictures()
        kept = tuple(mark for mark in self.marks if mark.value not in values)
        settings = self.settings | other.settings
        return replace(self, examples=self.examples + new, marks=kept + other.marks, settings=settings)

    def taking(self, given: "Collection", replace: bool) -> "Collection":
        """What an import makes of this: with what is new in `given`, or `given` alone; ToolError for another model."""
        merged = self.merged(given)
        return given if replace else merged

    def same(self, other: "Collection") -> bool:
        """Is everything equal but where it is from?"""
        return list(self.records()) == list(other.records()) and self.model == other.model

    def records(self) -> Iterator[Record]:
        """Settings, marks and examples, in the order of an export."""
        yield from (("setting", name, value) for name, value in self.settings.items())
        marks = sorted(self.marks, key=lambda mark: mark.value)
        yield from ((change.MARK, mark.value, mark.vector) for mark in marks)
        yield from (("learn", example.label, example.vector) for example in self.examples)


def checksum(records: Iterable[Record]) -> str:
    """Of an export or a draft, in eight hexadecimal digits (docs/FORMATS.md, Everything at once)."""
    crc = 0
    for record in records:
        crc = change.checksum(change.Change(*record), crc)
    return f"{crc:08x}"


def difference(before: Collection, after: Collection) -> str:
    """What a change did to the examples, as people read it."""
    new = len(set(after.examples) - set(before.examples))
    gone = len(set(before.examples) - set(after.examples))
    return f"{new} examples came, {gone} went; {len(after.examples)} are there now"


def shown(label: str) -> str:
    """A label as people read it."""
    return label or IGNORED
