"""The file of examples: JSON lines, each with a checksum (docs/FORMATS.md, Examples file)."""

import base64
import json
import re
import zlib
from typing import Any

from madeleine.device import change, command, features, gauge
from madeleine.device import settings as device_settings
from madeleine.examples.collection import FORMER, SETTINGS, Collection, Example, Mark
from madeleine.examples.problems import Problems

FORMAT = "madeleine examples"
VERSION = 1
_SEAL = re.compile(r'^(.*), "crc32": "([0-9a-f]{8})"\}$')
_MODEL = re.compile(r"[0-9a-f]{8}")


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
                settings[fields["setting"]] = _setting(fields)
            elif change.MARK in fields:
                marks.append(Mark(_value(fields), _vector(fields)))
            else:
                examples.append(Example(_label(fields), _vector(fields)))
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
    elif not isinstance(head.get("model"), str) or not _MODEL.fullmatch(head["model"]):
        problems.add(1, "the model is not named by eight hexadecimal digits")
    else:
        return True
    return False


def _vector(fields: dict[str, Any]) -> bytes:
    return command.vector(fields.get("vector"))


def _label(fields: dict[str, Any]) -> str:
    name = fields.get("name")
    if not isinstance(name, str):
        raise ValueError("neither a name nor a mark nor a setting: it may be of a newer toolbox")
    return command.label(name) if name else ""


def _value(fields: dict[str, Any]) -> int:
    value = fields[change.MARK]
    if not isinstance(value, int) or isinstance(value, bool) or not gauge.LOWEST <= value <= gauge.HIGHEST:
        raise ValueError(f"a mark is a whole number from {gauge.LOWEST} to {gauge.HIGHEST}")
    return value


def _setting(fields: dict[str, Any]) -> str:
    """The value, if the board's grammar takes it."""
    key, value = fields["setting"], fields.get("value")
    if key not in SETTINGS or not isinstance(value, str):
        raise ValueError(f"no setting of a camera; there are {', '.join(SETTINGS)}")
    command.parse_line(json.dumps({"do": device_settings.name_of(key), "value": value}).encode())
    return value
