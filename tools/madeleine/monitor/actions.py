"""Hands changes to the rules: one lane each for programs, MQTT and web hooks, so that none holds up the others."""

import time
from collections.abc import Callable, Iterator

from madeleine.monitor.items import Cable, Change, Heard, Item, Linked, Told
from madeleine.monitor.lane import Lane, Performer
from madeleine.monitor.program import Programs
from madeleine.monitor.rules import Broker, Publish, Rule, Rules, Run
from madeleine.monitor.watcher import GAUGE, Watcher
from madeleine.monitor.words import read

CLOSE_S = 5.0  # for what is under way when the monitor ends


class RulesSink:
    """Hands each change to the rules that want it; never waits, never fails."""

    def __init__(self, rules: Rules, report: Callable[[str], None]) -> None:
        """`report` takes a sentence, from any thread."""
        self._watchers = [Watcher(rule) for rule in rules.rules]
        self._reads_gauge = any(rule.conditions.gauge for rule in rules.rules)
        self._report = report
        self._done_s: dict[str, float] = {}  # by rule, for pause_s
        kinds = {type(rule.action) for rule in rules.rules}
        self._lanes = {kind: Lane(_performer(kind, rules.broker), report) for kind in kinds}

    def take(self, item: Item, told: list[Told]) -> None:
        """Puts what is to be done into the lanes."""
        changes = [one.change for one in told if one.change is not None] + self._readings(item)
        for watcher in self._watchers:
            if not isinstance(item, Linked):
                self._act(watcher.rule, watcher.tick(item.at_s))
            for change in changes:
                self._act(watcher.rule, watcher.take(change))
            if isinstance(item, Linked):
                watcher.connected(item.at_s) if item.cable is Cable.CONNECTED else watcher.lost()

    def _readings(self, item: Item) -> list[Change]:
        """The gauge's reading in what came, if a rule wants it."""
        said = read(item.line) if self._reads_gauge and isinstance(item, Heard) else None
        if said is None or said.event != GAUGE:
            return []
        return [Change(GAUGE, "", item.at_s, gauge=said.number("value"))]

    def close(self) -> None:
        """Lets what is under way end, for some seconds."""
        until_s = time.monotonic() + CLOSE_S
        lanes, self._lanes = self._lanes, {}
        undone = sum(lane.close(until_s) for lane in lanes.values())
        if undone:
            self._report(f"rules: {undone} left undone at the end")

    def _act(self, rule: Rule, changes: Iterator[Change]) -> None:
        for change in changes:
            since_s = change.at_s - self._done_s.get(rule.title, -rule.pause_s)
            if 0 <= since_s < rule.pause_s:
                continue
            self._done_s[rule.title] = change.at_s
            self._lanes[type(rule.action)].put(rule, change)


def _performer(kind: type, broker: Broker | None) -> Performer:
    """Who does this kind of action; its library is loaded when a rule needs it, as that takes a second."""
    if kind is Run:
        return Programs()
    if kind is Publish and broker is not None:
        from madeleine.monitor.mqtt import Publisher

        return Publisher(broker)
    from madeleine.monitor.webhook import WebHooks

    return WebHooks()
