"""What a camera is called: a lasting id, a friendly name apart from it, and the topics made of these."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from madeleine.camera.ports import Port

BASE = "madeleine"
BRIDGE_STATE = f"{BASE}/bridge/state"
HEALTH = f"{BASE}/bridge/health"
REQUEST, RESPONSE = f"{BASE}/bridge/request", f"{BASE}/bridge/response"
DISCOVERY = "homeassistant"
ONLINE, OFFLINE = "online", "offline"
_NOT_IN_A_LEVEL = re.compile(r"[^\w .-]")  # of a topic, nor of an id of Home Assistant's
_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9_-]")
RESERVED = "bridge"


@dataclass(frozen=True)
class Identity:
    """A camera's id, which lasts, and its name, which its owner gives."""

    id: str
    name: str

    @property
    def state(self) -> str:
        """The topic of its state, retained."""
        return f"{BASE}/{self.name}"

    @property
    def availability(self) -> str:
        """The topic that says whether it is there, retained."""
        return f"{self.state}/availability"

    @property
    def events(self) -> str:
        """The topic of what happens, not retained."""
        return f"{self.state}/event"

    @property
    def commands(self) -> str:
        """The topic that takes commands."""
        return f"{self.state}/set"

    @property
    def discovery(self) -> str:
        """The topic of its announcement to Home Assistant, retained."""
        return f"{DISCOVERY}/device/{BASE}_{self.id}/config"


def identity_of(port: Port, names: Mapping[str, str]) -> Identity:
    """The serial number of the port is the id; without one, the device's own name.

    names: friendly names by id. A name is one level of a topic, whatever it holds.
    """
    id = _NOT_IN_AN_ID.sub("_", port.serial_number or PurePath(port.device).name or "camera")
    name = _NOT_IN_A_LEVEL.sub("_", names.get(id, id)).strip() or id
    return Identity(id, f"{name}_" if name == RESERVED else name)
