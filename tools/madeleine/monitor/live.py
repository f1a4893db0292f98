"""The monitor's picture in a terminal: the answer, its distance, the gauge, counts, history, the connection."""

import time

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from madeleine.device import constants, oddness
from madeleine.monitor.items import Cable, Item, Kind, Tick, Told
from madeleine.monitor.plain import clock
from madeleine.monitor.state import State

BAR_CELLS = 36
REDRAW_S = 0.2  # a terminal over a network has to keep up, too
OTHER_CELLS = 74
HISTORY_LINES = (3, 14)  # at least and at most
ANSWER_LINES = 7
OTHER_LINES = ANSWER_LINES + 3  # besides the history: its border, and the cursor's line
STYLES = {
    Kind.APPEARS: "bold green",
    Kind.GOES: "dim",
    Kind.TAUGHT: "cyan",
    Kind.OTHER: "",
    Kind.TROUBLE: "bold red",
}


def picture(state: State, height: int) -> RenderableType:
    """The whole picture, for a terminal of `height` lines."""
    rows = max(HISTORY_LINES[0], min(HISTORY_LINES[1], height - OTHER_LINES))
    below = Table.grid(expand=True, padding=(0, 1))
    below.add_column(ratio=2)
    below.add_column(ratio=5)
    below.add_row(
        Panel(_counts(state, rows), title="times seen", height=rows + 2, border_style="dim"),
        Panel(_history(state, rows), title="history", height=rows + 2, border_style="dim"),
    )
    above = Panel(
        Group(_answer(state), _facts(state), _others(state)),
        title=Text(_camera(state)),
        subtitle=Text(state.connection),
        height=ANSWER_LINES,  # so that nothing jumps
        border_style="green" if state.cable is Cable.CONNECTED else "red",
    )
    return Group(above, below)


def bar(part: float, mark: float | None = None, style: str = "green") -> Text:
    """A bar, filled to `part` of 1, with a mark at `mark` of 1."""
    filled = round(max(0.0, min(1.0, part)) * BAR_CELLS)
    text = Text("█" * filled, style=style)
    text.append("░" * (BAR_CELLS - filled), style="dim")
    if mark is None:
        return text
    at = round(mark * BAR_CELLS)
    return Text.assemble(text[:at], ("┃", "bold"), text[at:])


def _camera(state: State) -> str:
    if state.dialect is None:
        return "no camera heard yet"
    parts = [f"{state.dialect.value} {state.app}".strip(), state.board]
    if state.examples is not None:
        capacity = "" if state.capacity is None else f" of {state.capacity}"
        parts.append(f"{state.examples}{capacity} examples")
    if state.battery_mv:
        parts.append(f"battery {constants.battery_percent(state.battery_mv)}%")
    return " · ".join(part for part in parts if part)


def _answer(state: State) -> Text:
    if state.answer:
        held_s = int(max(0.0, state.now_s - (state.since_s or state.now_s)))
        shown = (f"{state.answer}?", "bold yellow") if state.sure is False else (state.answer, "bold green")
        place = f", at {state.place[0]}, {state.place[1]}" if state.place else ""
        return Text.assemble(shown, (f"   for {held_s} s{place}", "dim"))
    return Text("nothing" if state.answer_known else "nothing yet", style="dim")


def _facts(state: State) -> Table:
    """Distances on a scale that has the limit in its middle; the gauge."""
    table = Table.grid(padding=(0, 2))
    limit = state.limit
    for name, distance, style in (
        ("distance", state.distance, "green"),
        (f"next: {state.next}", state.next_distance, "yellow"),
    ):
        if distance is None:
            continue
        told = f"{distance:g}" + (f" of {limit:g}" if limit and name == "distance" else "")
        table.add_row(name, bar(distance / (2 * limit), 0.5, style) if limit else "", told)
    if state.oddness is not None:
        style, told = ("red", "odd") if state.odd else ("green", "good")
        table.add_row(
            "oddness", bar(state.oddness / oddness.TOP, oddness.ODD / oddness.TOP, style), f"{state.oddness}, {told}"
        )
    if state.gauge_known:
        low, high = state.gauge_ends
        share = 0.0 if state.gauge is None else (state.gauge - low) / (high - low)
        told = "--" if state.gauge is None else f"{state.gauge:g} {state.gauge_unit}".rstrip()
        table.add_row(Text(state.gauge_name or "gauge"), bar(share, style="blue"), Text(told))
    return table


def _others(state: State) -> Text:
    """Lines that are no messages: the firmware's own, a traceback, noise."""
    if not state.others:
        return Text()
    text = Text(f"other lines: {state.others}, the last: {state.last_other}", style="dim")
    text.truncate(OTHER_CELLS, overflow="ellipsis")
    return text


def _counts(state: State, rows: int) -> Table:
    table = Table.grid(expand=True)
    table.add_column(no_wrap=True, overflow="ellipsis")
    table.add_column(justify="right")
    often = sorted(state.counts.items(), key=lambda pair: -pair[1])
    shown = often if len(often) <= rows else often[: rows - 1]
    for name, count in shown:
        table.add_row(Text(name), str(count))
    if len(shown) < len(often):
        table.add_row(Text(f"{len(often) - len(shown)} more", style="dim"), "")
    return table


def _history(state: State, rows: int) -> Table:
    table = Table.grid(expand=True, padding=(0, 1))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    for told in list(state.history)[: -rows - 1 : -1]:
        table.add_row(clock(told.at_s), Text(told.text, style=STYLES[told.kind]))
    return table


class LiveView:
    """Draws the picture anew when there is something to see, and not too often."""

    def __init__(self, state: State, console: Console) -> None:
        self._state = state
        self._console = console
        self._drawn_s = -REDRAW_S
        self._live = Live(console=console, auto_refresh=False, vertical_overflow="crop")
        self._started = False  # at the first item: whoever takes items closes the view, and a signal may come meanwhile

    def take(self, item: Item, told: list[Told]) -> None:
        """Draws on a tick, and sooner when there is news."""
        now_s = time.monotonic()
        if (told or isinstance(item, Tick)) and now_s - self._drawn_s >= REDRAW_S:
            self._drawn_s = now_s
            if not self._started:
                self._live.start()
                self._started = True
            self._live.update(picture(self._state, self._console.height), refresh=True)

    def close(self) -> None:
        """Leaves the last picture standing, and gives the cursor back."""
        try:
            if self._started:
                self._live.update(picture(self._state, self._console.height), refresh=True)
                self._live.stop()
        finally:
            self._console.show_cursor()
