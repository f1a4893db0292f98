"""Sends a rule's MQTT message to the broker of the file of rules; comes back by itself when the broker does."""

import secrets
import threading
import time
from typing import Any, cast

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from madeleine.monitor.items import Change
from madeleine.monitor.lane import ActionError
from madeleine.monitor.rules import Broker, Publish, Rule, message_of, topic_of

RETRY_S = (1, 30)
AT_LEAST_ONCE = 1  # quality of service: the broker says that it has it


def client_of(broker: Broker) -> Client:
    """A client for a broker, not connected yet."""
    client = Client(CallbackAPIVersion.VERSION2, client_id=f"madeleine-{secrets.token_hex(4)}")
    if broker.user is not None:
        client.username_pw_set(broker.user, broker.password)
    if broker.tls:
        client.tls_set()
    return client


class Publisher:
    """A connection to a broker, kept by a thread of the library."""

    def __init__(self, broker: Broker) -> None:
        """Returns at once; whether the broker is there is seen with the first message."""
        self._name = f"{broker.host}:{broker.port}"
        self._connected = threading.Event()
        self._refusal = ""
        self._client = client_of(broker)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.reconnect_delay_set(*RETRY_S)
        self._client.connect_async(broker.host, broker.port)
        self._client.loop_start()

    def __call__(self, rule: Rule, change: Change) -> None:
        """Returns when the broker has the message; ActionError when it has not in time."""
        action = cast(Publish, rule.action)
        until_s = time.monotonic() + rule.timeout_s
        if not self._connected.wait(rule.timeout_s):
            why = self._refusal or "is it running, and is [mqtt] right?"
            raise ActionError(f"no connection to the broker {self._name} within {rule.timeout_s:g} s: {why}")
        text, _ = message_of(action.message, change)
        sent = self._client.publish(topic_of(action.topic, change), text, AT_LEAST_ONCE, action.retain)
        try:
            sent.wait_for_publish(max(0.0, until_s - time.monotonic()))
        except (RuntimeError, ValueError) as error:
            raise ActionError(f"the broker {self._name} did not get it ({error})") from error
        if not sent.is_published():
            raise ActionError(f"the broker {self._name} did not confirm it within {rule.timeout_s:g} s")

    def close(self) -> None:
        """Says good-bye to the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, _: Client, __: Any, ___: Any, reason: Any, ____: Any) -> None:
        self._refusal = f"it says {reason}" if reason.is_failure else ""
        if not reason.is_failure:
            self._connected.set()

    def _on_disconnect(self, _: Client, __: Any, ___: Any, ____: Any, _____: Any) -> None:
        self._connected.clear()
