"""The bridge's one connection to its broker: last will, retained messages, comes back by itself."""

import random
import threading
from collections.abc import Callable
from typing import Any

from paho.mqtt.client import Client, MQTTMessage

from madeleine.bridge.names import BASE, BRIDGE_STATE, DISCOVERY, OFFLINE, ONLINE, REQUEST
from madeleine.monitor.mqtt import AT_LEAST_ONCE, client_of
from madeleine.monitor.rules import Broker

RETRY_S = (1, 60)
QUEUE_MAX = 10_000  # messages that wait while the broker is away; the oldest are not sent then
SUBSCRIPTIONS = (f"{BASE}/+/set", f"{REQUEST}/#", f"{DISCOVERY}/status", f"{DISCOVERY}/device/+/config")


class Connection:
    """Sends and hears. Events wait for a broker that is away; what is retained is said again when it is back."""

    def __init__(self, broker: Broker, hear: Callable[[str, bytes, bool], None], back: Callable[[], None]) -> None:
        """hear(topic, payload, retained) and back() are called from a thread of the library; they return soon."""
        self.connected = threading.Event()
        self.connections = self.sent = self.dropped = 0
        self.refusal = ""
        self._hear, self._back = hear, back
        self._client = client_of(broker)
        self._client.will_set(BRIDGE_STATE, OFFLINE, AT_LEAST_ONCE, retain=True)
        self._client.reconnect_delay_set(RETRY_S[0], round(RETRY_S[1] * random.uniform(0.5, 1)))
        self._client.max_queued_messages_set(QUEUE_MAX)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message
        self._address = broker.host, broker.port

    def start(self) -> None:
        """Returns at once."""
        self._client.connect_async(*self._address)
        self._client.loop_start()

    def send(self, topic: str, text: str, retain: bool) -> None:
        """Returns at once. Of what is retained only the last counts: while the broker is away it is not queued."""
        if retain and not self.connected.is_set():
            return
        sent = self._client.publish(topic, text, AT_LEAST_ONCE, retain)
        self.sent += 1
        self.dropped += sent.rc not in (0, 4)  # 4: no connection, queued

    def close(self) -> None:
        """Says good-bye to the broker, in a second or two."""
        if self.connected.is_set():
            self._client.publish(BRIDGE_STATE, OFFLINE, AT_LEAST_ONCE, True).wait_for_publish(2.0)
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, client: Client, _: Any, __: Any, reason: Any, ___: Any) -> None:
        self.refusal = f"the broker says {reason}" if reason.is_failure else ""
        if reason.is_failure:
            return
        self.connections += 1
        client.subscribe([(topic, AT_LEAST_ONCE) for topic in SUBSCRIPTIONS])
        self.connected.set()
        self.send(BRIDGE_STATE, ONLINE, True)
        self._back()

    def _on_disconnect(self, _: Client, __: Any, ___: Any, ____: Any, _____: Any) -> None:
        self.connected.clear()

    def _on_message(self, _: Client, __: Any, message: MQTTMessage) -> None:
        self._hear(message.topic, bytes(message.payload), message.retain)
