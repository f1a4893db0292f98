"""`madeleine cards`: sheets of QR cards to print."""

import argparse
import json
from pathlib import Path

from rich.console import Console

from madeleine import terminal
from madeleine.cards import draw
from madeleine.cards.deck import LANGUAGES, Card, card, deck
from madeleine.cards.sheet import DISTANCE_MM, PAPERS_MM, Page, card_mm, pages
from madeleine.errors import ToolError, UsageError
from madeleine.inputs import read
from madeleine.outputs import write_whole

EXAMPLES = """examples:
  madeleine cards cup pen -o cards.pdf           two names
  madeleine cards cup '*exclude' 0 100           a name and commands
  madeleine cards cup pen --deck --lang both     everything a camera understands, for these two names
  madeleine cards --wifi HOME --mqtt ws://10.0.0.7:9001 -o wifi.pdf
                                                 a card for what hangs on the Grove port; asks for the password,
                                                 or reads it: --password-file FILE
"""
SECRET_MAX_BYTES = 512  # more than a card holds
DISTANCES_CM = (5.0, 100.0)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "Sheets of QR cards, as large as the camera needs them, with cut marks."
    parser.epilog = EXAMPLES
    parser.add_argument("text", metavar="TEXT", nargs="*", help="a name, or a command (docs/FORMATS.md, Cards)")
    parser.add_argument("--deck", action="store_true", help="cards of all commands, and three for each name")
    parser.add_argument("--wifi", metavar="SSID", help="a card with a Wi-Fi network for a module on the Grove port")
    parser.add_argument(
        "--password-file", metavar="FILE", type=Path, help="holds the network's password (default: asked for)"
    )
    parser.add_argument("--password", nargs="?", const="", help=argparse.SUPPRESS)  # what people try: refused
    service = parser.add_mutually_exclusive_group()
    service.add_argument("--mqtt", metavar="ADDRESS", help="on the Wi-Fi card: an MQTT broker's WebSocket address")
    service.add_argument(
        "--ifttt-file", metavar="FILE", type=Path, help="on the Wi-Fi card: the key of IFTTT's web hooks in this file"
    )
    parser.add_argument("--ifttt", nargs="?", const="", help=argparse.SUPPRESS)  # refused, too
    parser.add_argument(
        "--lang", choices=LANGUAGES, default="en", help="language of what stands on a card (%(default)s)"
    )
    parser.add_argument("--paper", choices=PAPERS_MM, default="a4", help="the paper's size (%(default)s)")
    parser.add_argument(
        "--distance",
        metavar="CM",
        type=float,
        default=DISTANCE_MM / 10,
        help="how far from the camera the cards will be held; farther makes them larger (%(default)g)",
    )
    parser.add_argument("--font", metavar="FILE", type=Path, help="a TrueType font for the texts of a PDF or PNG")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        type=Path,
        default=Path("cards.pdf"),
        help="PDF, SVG or PNG (%(default)s)",
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Makes the sheets; ToolError before anything is written when a card is not one."""
    _check(arguments)
    texts = deck(arguments.text) if arguments.deck else arguments.text
    cards = [card(text, arguments.lang) for text in texts]
    if arguments.wifi is not None:
        cards.append(_wifi_card(arguments))
    if not cards:
        raise UsageError("nothing to print; give names or commands, or --deck")
    distance_mm = 10 * arguments.distance
    sheets = pages(cards, arguments.paper, distance_mm)
    written = _write(arguments.output, sheets, arguments.font, private=arguments.wifi is not None)
    width_mm = max(card_mm(made.code.modules, distance_mm) for made in cards)
    many = "1 card" if len(cards) == 1 else f"{len(cards)} cards"
    told = f"{many}, {width_mm:.0f} mm wide, read at up to {arguments.distance:g} cm: {', '.join(written)}"
    Console(markup=False).print(told, highlight=False, soft_wrap=True)
    return 0


def _check(arguments: argparse.Namespace) -> None:
    low, high = DISTANCES_CM
    if not low <= arguments.distance <= high:
        raise UsageError(f"a distance of {arguments.distance:g} cm makes no card; {low:g} to {high:g}")
    if arguments.output.suffix.lower() not in (".pdf", ".svg", ".png"):
        raise UsageError(
            f"{arguments.output} is not a valid name of a sheet; give one that ends in .pdf, .svg or .png with -o"
        )
    if arguments.password is not None or arguments.ifttt is not None:
        raise UsageError(
            "a secret on the command line can be read by everybody on this computer; "
            "leave --password out and type it, or give --password-file FILE and --ifttt-file FILE"
        )
    if arguments.wifi is None and (arguments.mqtt or arguments.ifttt_file or arguments.password_file):
        raise UsageError("--mqtt, --ifttt-file and --password-file are for a Wi-Fi card; name the network with --wifi")


def _wifi_card(arguments: argparse.Namespace) -> Card:
    """The JSON of Brownie's generator; the password is in the code, but not in what can be read."""
    if arguments.password_file is None:
        password = terminal.ask(f"Password of {arguments.wifi}: ", "give --password-file FILE", secret=True)
    else:
        password = _secret(arguments.password_file)
    fields = {"ssid": arguments.wifi, "pass": password}
    if arguments.mqtt:
        fields["mqtt"] = arguments.mqtt
    if arguments.ifttt_file is not None:
        fields["ifttt"] = _secret(arguments.ifttt_file)
    text = json.dumps(fields, separators=(",", ":"), ensure_ascii=False)
    return card(text, arguments.lang, title=f"Wi-Fi {arguments.wifi}")


def _secret(path: Path) -> str:
    """The one line of a file; ToolError, without the line, when it is not one."""
    try:
        line = read(path, SECRET_MAX_BYTES).decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
    except OSError as error:
        raise ToolError(f"{path} cannot be read ({error.strerror}); give a file with one line") from error
    except UnicodeDecodeError:
        raise ToolError(f"{path} is not UTF-8 text; save it as UTF-8, one line") from None
    if not line.isprintable():
        raise ToolError(f"{path} has more than one line, or control characters; leave only the secret in it")
    return line


def _write(output: Path, sheets: list[Page], font: Path | None, private: bool) -> list[str]:
    """One PDF, or a picture for each sheet, for its owner alone if `private`; what was written."""
    kind = output.suffix.lower()
    if kind == ".pdf":
        drawn = [draw.pdf(sheets, font)]
    else:
        drawn = [draw.svg(sheet) if kind == ".svg" else draw.png(sheet, font) for sheet in sheets]
    paths = [output.with_stem(f"{output.stem}-{number}") for number in range(1, len(drawn) + 1)]
    if len(drawn) == 1:
        paths = [output]
    for path, data in zip(paths, drawn, strict=True):
        write_whole(path, data, private)
    return [str(path) for path in paths]
