"""The bridge's file (TOML, docs/BRIDGE.md): the broker, and friendly names by id."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from madeleine.inputs import read
from madeleine.monitor.rules import Broker
from madeleine.monitor.rules_file import MOST_BYTES, RulesError, broker_of

HERE = Broker("localhost", 1883)


@dataclass(frozen=True)
class BridgeSettings:
    """What the file says."""

    broker: Broker = HERE
    names: Mapping[str, str] = field(default_factory=dict)


def load(path: Path) -> BridgeSettings:
    """The settings of a file; RulesError when it says something that cannot be."""
    try:
        table = tomllib.loads(read(path, MOST_BYTES).decode("utf-8-sig"))
    except OSError as error:
        raise RulesError(f"{path}: cannot be read ({error.strerror}); give the bridge's file with --config") from error
    except (ValueError, RecursionError) as error:
        raise RulesError(f"{path}: not valid TOML: {error}") from error
    for key in table:
        if key not in ("mqtt", "names"):
            raise RulesError(f"{path}: {key!r} is unknown; the bridge's file has [mqtt] and [names]")
    names = table.get("names", {})
    if not isinstance(names, dict) or not all(isinstance(name, str) and name for name in names.values()):
        raise RulesError(f'{path}, [names]: a line is an id and a name: "C5520001" = "desk"')
    if len(set(names.values())) < len(names):
        raise RulesError(f"{path}, [names]: two cameras have one name; give each its own")
    return BridgeSettings(broker_of(path, table["mqtt"]) if "mqtt" in table else HERE, names)
