"""Brownie's features.csv as found in the wild: each whole line is taken, whatever the others are.

python -m tests.fuzz.features_csv --cases 50000 --seed 1
"""

from functools import cache
from random import Random

from madeleine.device import features
from madeleine.errors import ToolError
from madeleine.examples import jsonl
from madeleine.examples.files import parsed
from madeleine.examples.problems import Problems

from tests.fuzz import noise
from tests.fuzz.harness import main

NAMES = ("cup", "りんご", "é", "0", "100", "*exclude", "a b", "x" * 32)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp932")
RUBBISH = ("", "name,f0,f1", "\0" * 40, "cup", "cup," + "1," * 50, "=cup" + ",1" * 768, "cup" + ",9" * 768, ",,,")
COLUMN = (*(f"{step / 20:.5f}" for step in range(121)), "1e-3", "5", " 2.5 ")


@cache
def _numbers(seed: int) -> tuple[str, ...]:
    return tuple(Random(seed).choices(COLUMN, k=features.LENGTH))


def case(random: Random) -> None:
    """Lines in one of the usual forms; rubbish between them, damage to all, or the end cut off."""
    encoding = random.choice(ENCODINGS)
    names = [name for name in random.choices(NAMES, k=random.randrange(4)) if encoding != "cp932" or name != "é"]
    separator, decimal = random.choice(((",", "."), (";", ","), ("\t", "."), (";", ".")))
    rows = [name + separator + separator.join(_numbers(random.randrange(20))).replace(".", decimal) for name in names]
    for _ in range(random.randrange(3)):
        rubbish = random.choice((*RUBBISH, noise.text(random).replace("\n", "")))
        rows.insert(random.randrange(len(rows) + 1), rubbish.lstrip("{"))  # which begins a file of the other kind
    data = random.choice(("\n", "\r\n")).join(rows).encode(encoding, "replace")
    whole = random.random() < 0.5
    if not whole:
        data = noise.damaged(random, data)[: random.choice((None, -1, -300))]
    _taken(data, len(names) if whole else None)


def _taken(data: bytes, count: int | None) -> None:
    """What is taken can be written and read again; `count`: the good lines, where they are known."""
    told: list[str] = []
    try:
        found = parsed(data, "some.csv", told.append)
    except ToolError as error:
        assert "some.csv" in str(error) and "\n" not in str(error) and not count, str(error)
        return
    assert count is None or len(found.examples) + len(found.marks) >= count, told
    assert not any("\n" in text for text in told)
    data = jsonl.write(found)
    assert jsonl.write(jsonl.read(data.decode(), Problems("again"))) == data


if __name__ == "__main__":
    main(case)
