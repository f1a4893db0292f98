"""The announcement of a camera to Home Assistant: one retained message, with a component for each thing to see or do.

Keys and abbreviations are those of Home Assistant's MQTT device discovery. A class's name stands in names and options
alone, never in a template: it comes from a card that anybody may hold up.
"""

import json
from collections.abc import Iterable
from typing import Any

from madeleine.bridge.names import BRIDGE_STATE, Identity
from madeleine.bridge.snapshot import NOTHING, Snapshot, key_of
from madeleine.device import settings

Component = dict[str, Any]
ORIGIN = "Madeleine"
LIMIT_MAX = settings.LIMIT_MAX
CLASSES_MAX = 100  # binary sensors; the rest is in `seen`
EVENTS = ("appeared", "gone", "sure", "probable")


def announcement(
    identity: Identity, snapshot: Snapshot, version: str, gone: Iterable[tuple[str, str]] = ()
) -> dict[str, Any]:
    """The message. gone: keys and platforms of components that were there once: they are removed."""
    components = components_of(identity, snapshot)
    for component_key, component in components.items():
        component["uniq_id"] = f"madeleine_{identity.id}_{component_key}"
    removed = {key: {"p": platform} for key, platform in gone if key not in components}
    about = snapshot.about
    return {
        "dev": {
            "ids": [f"madeleine_{identity.id}"],
            "name": identity.name,
            "mf": "M5Stack",
            "mdl": about.board if about else "",
            "sw": about.app if about else "",
            "sn": identity.id,
        },
        "o": {"name": ORIGIN, "sw": version},
        "avty": [{"t": BRIDGE_STATE}, {"t": identity.availability}],
        "avty_mode": "all",
        "stat_t": identity.state,
        "cmps": {**components, **removed},
    }


def announced(payload: bytes) -> tuple[str, dict[str, str]]:
    """Of an announcement that lies with the broker: the topic of the state, and its components' keys and platforms."""
    try:
        found = json.loads(payload)
        components = {str(key): str(one["p"]) for key, one in found["cmps"].items() if len(one) > 1}
        return str(found["stat_t"]), components
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return "", {}


def components_of(identity: Identity, snapshot: Snapshot) -> dict[str, Component]:
    """What Home Assistant shows of a camera."""
    names = list(snapshot.classes)
    unit = snapshot.gauge.unit if snapshot.gauge and snapshot.gauge.unit else "%"
    diagnostic = {"ent_cat": "diagnostic"}
    components: dict[str, Component] = {
        "seen": _shown("sensor", "Seen", "seen") | {"dev_cla": "enum", "ops": [NOTHING, *names]},
        "sure": _shown("binary_sensor", "Sure", "sure") | {"val_tpl": "{{ 'ON' if value_json.sure else 'OFF' }}"},
        "distance": _shown("sensor", "Distance", "distance") | diagnostic,
        "gauge": _shown("sensor", "Gauge", "gauge") | {"unit_of_meas": unit},
        "battery": _shown("sensor", "Battery", "battery") | diagnostic | {"dev_cla": "battery", "unit_of_meas": "%"},
        "event": {"p": "event", "name": "Answer", "stat_t": identity.events, "evt_typ": list(EVENTS)},
        "limit": _shown("number", "Limit", "limit")
        | {"cmd_t": identity.commands, "cmd_tpl": '{"limit": {{ value | int }}}', "min": 1, "max": LIMIT_MAX}
        | {"ent_cat": "config"},
        "learn": _button(identity, "Learn", '{"learn": true}'),
        "undo": _button(identity, "Undo", '{"undo": true}'),
    }
    if names:
        components["teach_as"] = _shown("select", "Teach as", "teach_as") | {
            "cmd_t": identity.commands,
            "cmd_tpl": '{"teach_as": {{ value | tojson }}}',
            "ops": names,
        }
    for name in names[:CLASSES_MAX]:
        key = key_of(name)
        components[key] = {"p": "binary_sensor", "name": name, "val_tpl": f"{{{{ value_json['is']['{key}'] }}}}"}
    return components


def _shown(platform: str, name: str, key: str) -> Component:
    return {"p": platform, "name": name, "val_tpl": f"{{{{ value_json.{key} }}}}"}


def _button(identity: Identity, name: str, payload: str) -> Component:
    return {"p": "button", "name": name, "cmd_t": identity.commands, "pl_prs": payload}
