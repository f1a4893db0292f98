"""The file of examples: JSON lines, each with a checksum (docs/FORMATS.md, Examples file)."""

import base64
import json
import re
import zlib
from typing import Any

from madeleine.device import change, features
from madeleine.examples import values
from madeleine.examples.collection import FORMER, Collection, Example, Mark
from madeleine.examples.problems import Problems

FORMAT = "madeleine examples"
VERSION = 1
_SEAL = re.compile(r'^(.*), "crc32": "([0-9a-f]{8})"\}$')


def write(collection: Collection) -> bytes:
    """A file with everything; the same collection gives the same bytes."""
    records = list(collection.records())
    head = {
        "format": FORMAT,
        "version": VERSION,
        "model": collection.model,
        "vector_bytes": features.LENGTH,
        "step": [features.RANGE, features.TOP],
        "app": collection.app,
        "board": collection.board,
        "records": len(records),
    }
    return b"".join(_sealed(fields) for fields in (head, *(_fields(*record) for record in records)))


def _fields(what: str, key: str | int, value: bytes | str) -> dict[str, Any]:
    if isinstance(value, str):
        return {"setting": key, "value": value}
    return {change.MARK if what == change.MARK else "name": key, "vector": base64.b64encode(value).decode()}


def _sealed(fields: dict[str, Any]) -> bytes:
    text = json.dumps(fields, ensure_ascii=False)[:-1]
    return f'{text}, "crc32": "{zlib.crc32(text.encode()):08x}"}}\n'.encode()


def read(text: str, problems: Problems) -> Collection:
    """The collection of a file's text; what is wrong with a line goes to `problems` and the line is left out."""
    rows = text.removesuffix("\n").split("\n")
    head = _unsealed(rows[0], 1, problems) or {}
    if not _known(head, problems):
        return Collection("")
    examples: list[Example] = []
    marks: list[Mark] = []
    settings: dict[str, str] = {}
    for number, row in enumerate(rows[1:], 2):
        fields = _unsealed(row, number, problems)
        if fields is None:
            continue
        with problems.at(number):
            if fields.get("setting") in FORMER:
                continue
            if "setting" in fields:
                settings[fields["setting"]] = values.setting(fields["setting"], fields.get("value"))
                continue
            if change.MARK in fields:
                marks.append(Mark(values.mark(fields[change.MARK]), values.vector(fields.get("vector"))))
            else:
                examples.append(Example(values.label(fields.get("name")), values.vector(fields.get("vector"))))
    if head.get("records") != len(rows) - 1:
        problems.add(None, f"{len(rows) - 1} lines follow the first, which promises {head.get('records')}")
    source = str(head.get("app")), str(head.get("board"))
    return Collection(head["model"], tuple(examples), tuple(marks), settings, *source)


def _unsealed(row: str, number: int, problems: Problems) -> dict[str, Any] | None:
    """The fields of a line, None unless its checksum is right."""
    found = _SEAL.match(row)
    if not found or zlib.crc32(found[1].encode()) != int(found[2], 16):
        problems.add(number, "the checksum is wrong: the line was damaged or changed")
        return None
    try:
        fields = json.loads(row)
    except (ValueError, RecursionError):
        problems.add(number, "this is not JSON")
        return None
    return fields if isinstance(fields, dict) else None


def _known(head: dict[str, Any], problems: Problems) -> bool:
    """Is it a file that can be read on?"""
    if head.get("format") != FORMAT:
        problems.add(1, f'not a file of examples: its first line lacks "format": "{FORMAT}"')
    elif head.get("version") != VERSION:
        problems.add(1, f"version {head.get('version')} of the format; this toolbox knows {VERSION}: update it")
    elif head.get("vector_bytes") != features.LENGTH:
        problems.add(1, f"vectors of {head.get('vector_bytes')} bytes; a camera takes {features.LENGTH}")
    else:
        try:
            values.model(head.get("model"))
            return True
        except ValueError as error:
            problems.add(1, str(error))
    return False
