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


def place_of(port: Port) -> str:
    """What a port is called: the serial number of its bridge; without one, the device's own name."""
    return _as_id(port.serial_number or PurePath(port.device).name or "camera")


def identity_of(place: str, names: Mapping[str, str], uid: str | None = None, given: str | None = None) -> Identity:
    """The id is the camera's own; without one, that of the place. A name is one level of a topic, whatever it holds.

    names: friendly names by id, or by place; they go before `given`, the name that the camera itself has.
    """
    id = _as_id(uid or place)
    found = names.get(id) or names.get(place) or given or id
    name = _NOT_IN_A_LEVEL.sub("_", found).strip() or id
    return Identity(id, f"{name}_" if name == RESERVED else name)


def _as_id(text: str) -> str:
    return _NOT_IN_AN_ID.sub("_", text)
