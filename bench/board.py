"""What a turn costs on the real firmware, part by part, ours beside Brownie's: `python -m bench.board --help`.

Both apps run unmodified on the K210 emulator, see the same pictures (films.py) and were taught the same examples: ours
from its store on flash, Brownie from features.csv on its memory card. Who spends the time is counted from outside, at
the entry and the return of C and Python functions (spans.py): it belongs to the innermost function that PARTS names.

Two tables come out. Instructions are exact: those of core 0 in its work, without the loops that wait for a device.
Milliseconds are reckoned (tools/k210/clock.py): work by the cycles an instruction takes, which `--cpi` sets, and waits
by what the devices need. A wait lasts until the device is ready, so less work before it makes it longer.
"""

import argparse
import itertools
import os
import re
import subprocess
import zlib
from collections import Counter

import features
import numpy as np
from change import LEARN, SETTING, Change
from k210.clock import CYCLES_PER_INSTRUCTION, Moment
from madeleine.kpu import Network
from madeleine.model import find_model
from memory import Memory
from store import Store

from bench import ROOT, films
from bench.spans import NOTHING, Spans, addresses, python_names, qstrs
from tests.fakes.flash import Flash
from tests.firmware.harness import MODEL_ADDRESS, Camera, firmware, flash_of, packed_app
from tests.firmware.prompt import MODEL, EmuError, Emulator

BROWNIE = "src/brownie_learn/M5StickV"
BROWNIE_COMMIT = "f1dbf960e97e120a967f03745e39a73aafb12625"
BROWNIE_MODEL = "/sd/model/mbnet751_feature.kmodel"
BROWNIE_HEAP_BYTES = 250_000
# MaixPy v0.5.0_9 lacks the driver of the UnitV's light, of which the app imports the name and on this board no more.
NO_WS2812 = """
def prepare():
    import sys
    class Modules: ws2812 = None
    sys.modules['modules'] = Modules
prepare()
del prepare
"""
WALL_S = 900  # of the host, for any one wait: a machine may be slow and shared
WARM_UP_TURNS = 6
PARTS = {
    "snapshot": "sensor.snapshot Camera.snapshot",
    "cards": "picture.find_qrcodes App._look_for_card",
    "forward": "kpu.forward",
    "features out": "Network.features fmap[] ulab.array",
    "search": "Search.nearest Search.runner_up Compare.query Ulab.query Plain.query get_nearest",
    "screen": "App.show lcd.display picture.draw_string picture.draw_image picture.draw_rectangle show_image "
    "set_led get_color",
    "buttons, link": "App._press App._read_buttons App.listen App.perform App._export_one "
    "App._export_line send_packet play_sound",
    "collections": "collection",
    "rest": "",
}
PART_OF = {name: part for part, names in PARTS.items() for name in names.split()}


def part_of(path, names):
    """The part to which a path of calls, outermost first, belongs."""
    for call in reversed(path):
        part = PART_OF.get(names.get(call, call))
        if part:
            return part
    return "rest"


def mean(took, count=None):
    """The mean of Moments, or their sum over `count`."""
    total = sum(took, NOTHING)
    count = count or len(took)
    return Moment(*(round(part / count) for part in (total.work, total.wait, total.cycles)))


class Result:
    """The turns of one app with one number of examples; `turns` is {film: [Turn]}."""

    def __init__(self, app, count, turns, board):
        self.app, self.count, self.turns = app, count, turns
        self._cycles_per_ms, self.cpi = board.cpu_freq / 1000, board.cycles_per_instruction
        self.names = {}  # of Python functions that the turns know by their objects
        self.all = [turn for film in turns.values() for turn in film]

    def mean(self, film=None):
        """What a mean turn took, as a Moment."""
        turns = self.turns[film] if film else self.all
        return mean([turn.total() for turn in turns])

    def parts(self):
        """{part: what it took of a mean turn, as a Moment}"""
        spent = {part: [] for part in PARTS}
        for turn in self.all:
            for path, took in turn.spent.items():
                spent[part_of(path, self.names)].append(took)
        return {part: mean(took, len(self.all)) for part, took in spent.items()}

    def ms(self, took):
        """(milliseconds of work, of waiting)"""
        work = took.work * self.cpi
        return work / self._cycles_per_ms, max(0, took.cycles - work) / self._cycles_per_ms

    def garbage_bytes(self):
        return sum(turn.allocated.total() for turn in self.all) / len(self.all)

    def collections(self):
        return sum(turn.collections for turn in self.all) / len(self.all)

    def paths(self):
        """(instructions of work, bytes of heap) of a mean turn, and the path of calls, the dearest first."""
        spent, allocated = Counter(), Counter()
        for turn in self.all:
            for path, took in turn.spent.items():
                text = " > ".join(str(self.names.get(call, call)) for call in path)
                spent[text] += took.work / len(self.all)
                allocated[text] += turn.allocated[path] / len(self.all)
        return [(instructions, allocated[path], path) for path, instructions in spent.most_common()]


class Bench:
    """The two apps on the emulator, with the films before their cameras."""

    def __init__(self, model, rule, show=None):
        self._model, self._rule, self._show = find_model(model).read_bytes(), rule, show
        self._films = films.films()
        board = Emulator(firmware())
        board.flash_write(MODEL_ADDRESS, MODEL.read_bytes())
        board.run_to_repl(interrupt=True)
        self._found = addresses(board, MODEL_ADDRESS)

    def ours(self, count, cpi):
        """Our app with `count` examples."""
        camera = Camera(flash_of(packed_app(dict), self._model), cycles_per_instruction=cpi)
        board = camera.emulator
        if count:
            self._teach(board, count)
        board.inject_frame(self._films[0][1][0])
        ready = camera.ready()
        assert ready["examples"] == count, camera.tail()
        while self._rule == "fit" and ready["fit"] == "busy":
            camera.run(1000)
            camera.tell(do="status")
            ready = camera.event("status")
        if self._show:
            camera.tell(do=self._show)
            camera.event(self._show, within_ms=10_000)
        spans = Spans(board, self._found)
        result = self._measured("Madeleine", count, board, spans)
        board.send(b"\x03")
        board.run_until(b">>> ", wall=WALL_S)
        result.names = python_names(board)
        return result

    def _teach(self, board, count):
        """The store's file, made on the desk, comes onto the board's flash through its prompt's memory."""
        network = Network.parse(self._model)
        black = network.outputs_bytes(np.zeros(network.input_shape, np.uint8))[0]
        files = Flash()
        store = Store(files, b"%08x" % (zlib.crc32(black) & 0xFFFFFFFF), features.LENGTH)
        store.load(Memory(None, ()))
        store.apply(Change(SETTING, "rule", self._rule))
        things = films.THINGS[:1] if self._show == "good" else films.THINGS  # that wants one class; the others are odd
        for label, picture in films.examples(count, things):
            store.apply(Change(LEARN, label, network.outputs_bytes(np.ascontiguousarray(picture))[0]))
        board.run_to_repl(interrupt=True)
        for name, content in files.files.items():
            board.exec(f"f = open('/flash/{name}', 'wb')\nblock = bytearray(4096)\nimport uctypes")
            place = int(board.exec("print(uctypes.addressof(block))"))
            for at in range(0, len(content), 4096):
                piece = bytes(content[at : at + 4096])
                board.write(place, piece)
                board.exec(f"f.write(memoryview(block)[:{len(piece)}])", wall=WALL_S)
            board.exec("f.close()", wall=WALL_S)
        board.reset()

    def brownie(self, count, cpi):
        """Brownie's app with `count` examples, or with as many as it can load."""
        board = Emulator(firmware(), sd=brownie_card(count), cycles_per_instruction=cpi)
        board.inject_frame(self._films[0][1][0])
        board.run_to_repl(interrupt=True)
        board.exec(
            f"from Maix import utils\nutils.gc_heap_size({BROWNIE_HEAP_BYTES})"
        )  # as it does itself, for the next start
        board.reset()
        board.run_to_repl(interrupt=True)
        board.exec(NO_WS2812)
        names = qstrs(board, filter(str.isidentifier, PART_OF))
        board.exit_raw()
        board.send("exec(open('/sd/boot.py').read())\r")
        said = board.run_until(b"[info]: Started.", wall=WALL_S).decode("utf-8", "replace")
        held = len(re.findall(r"\['[^']*', ", said))
        spans = Spans(board, self._found, names)
        return self._measured("Brownie", held, board, spans)

    def _measured(self, app, count, board, spans):
        pictures = [self._films[0][1][0]] * WARM_UP_TURNS + [p for _, film in self._films for p in film]
        spans.on_turn = lambda number: board.inject_frame(pictures[min(number, len(pictures) - 1)])
        while len(spans.turns) < len(pictures):
            before = len(spans.turns)
            board.run_for(ms=500, wall=WALL_S)
            if len(spans.turns) == before:
                raise EmuError(f"{app} has stopped: {board.take_output()[-400:].decode('utf-8', 'replace')}")
        at, turns = WARM_UP_TURNS, {}
        for film, shown in self._films:
            turns[film] = spans.turns[at : at + len(shown)]
            at += len(shown)
        return Result(app, count, turns, board)


def brownie_card(count):
    """The files of a memory card with Brownie's app, as it is, and `count` examples."""
    git = ["git", "-C", os.environ.get("BROWNIE", str(ROOT / "brownie.git"))]
    tree = [*git, "ls-tree", "-r", "--name-only", BROWNIE_COMMIT, BROWNIE]
    listed = subprocess.run(tree, check=True, capture_output=True)
    files = {}
    for path in listed.stdout.decode().split():
        content = subprocess.run([*git, "show", f"{BROWNIE_COMMIT}:{path}"], check=True, capture_output=True).stdout
        files[path.removeprefix(BROWNIE)] = content
    network = Network.parse(files[BROWNIE_MODEL.removeprefix("/sd")])
    lines = []
    for label, picture in films.examples(count):
        vector = np.asarray(network.run(np.ascontiguousarray(picture))).ravel()
        lines.append(label + "".join(f",{value:.5f}" for value in vector) + "\n")
    files["/features.csv"] = "".join(lines).encode()
    return files


def table(results):
    """The work as a Markdown table, thousands of instructions."""
    head = ["app", "examples", "mean turn", *results[0].turns, *PARTS, "garbage, bytes", "collections"]
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    for result in results:
        spent = [result.mean(), *(result.mean(film) for film in result.turns), *result.parts().values()]
        row = [result.app, str(result.count), *(f"{took.work / 1000:,.0f}" for took in spent)]
        row += [f"{result.garbage_bytes():,.0f}", f"{result.collections():.2f}"]
        lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines)


def time_table(results):
    """The reckoned time as a Markdown table: milliseconds of work + of waiting."""
    head = ["app", "examples", "cycles an instruction", "turn, ms", "turns a second", *PARTS]
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    for result in results:
        total = sum(result.ms(result.mean()))
        row = [result.app, str(result.count), f"{result.cpi:.1f}", f"{total:.1f}", f"{1000 / total:.1f}"]
        for took in result.parts().values():
            work, wait = result.ms(took)
            row.append(f"{work:.1f} + {wait:.1f}" if wait >= 0.05 else f"{work:.1f}")
        lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines)


def draw(results, path):
    """A bar for each app and number of examples, stacked by part, as a PNG: milliseconds, waits hatched."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 1.2 + 0.42 * len(results)), layout="constrained")
    names = [f"{result.app}, {result.count}" for result in results]
    left = np.zeros(len(results))
    for part, color in zip(PARTS, pyplot.get_cmap("tab10").colors, strict=False):
        spent = np.array([result.ms(result.parts()[part]) for result in results])
        axes.barh(names, spent[:, 0], left=left, color=color, label=part)
        axes.barh(names, spent[:, 1], left=left + spent[:, 0], color=color, alpha=0.5, hatch="//")
        left += spent.sum(1)
    axes.invert_yaxis()
    axes.set_xlabel(
        f"reckoned milliseconds of a mean turn, at {results[0].cpi:.1f} cycles an instruction; hatched: waits"
    )
    axes.legend(ncols=5, loc="lower center", bbox_to_anchor=(0.5, 1), frameon=False, fontsize="small")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(path, dpi=110)


def main():
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--firmware", default=os.environ.get("MAIXPY_FIRMWARE"), help="a MaixPy image (MAIXPY_FIRMWARE)"
    )
    parser.add_argument("--app", choices=("ours", "brownie", "both"), default="both")
    parser.add_argument("--examples", type=int, nargs="+", default=[0, 10, 50, 100, 250])
    parser.add_argument("--model", default="madeleine", help="of our app: a name or a file")
    parser.add_argument("--rule", choices=("nearest", "fit"), default="nearest", help="of our app")
    parser.add_argument(
        "--show", choices=("why", "good"), help="our app shows the heat of what it sees, or how odd it is"
    )
    parser.add_argument("--paths", type=int, default=0, metavar="N", help="show the N dearest paths of calls, too")
    parser.add_argument("--cpi", type=float, nargs="+", default=[CYCLES_PER_INSTRUCTION], help="cycles an instruction")
    parser.add_argument("--plot", metavar="FILE", help="draw the results")
    options = parser.parse_args()
    os.environ["MAIXPY_FIRMWARE"] = options.firmware
    bench, results = Bench(options.model, options.rule, options.show), []
    for app in ("ours", "brownie"):
        wanted = itertools.product(options.examples, options.cpi) if options.app in (app, "both") else ()
        for count, cpi in wanted:
            result = getattr(bench, app)(count, cpi)
            results.append(result)
            print(time_table([result]).splitlines()[-1], flush=True)
            for instructions, heap_bytes, path in result.paths()[: options.paths]:
                print(f"{instructions:12,.0f} {heap_bytes:8,.0f} B  {path}")
    print(table(results), time_table(results), sep="\n\n")
    if options.plot:
        draw(results, options.plot)


if __name__ == "__main__":
    main()
