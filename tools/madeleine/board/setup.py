"""Waits for a camera that starts: for the firmware's prompt, and for the app's word that it is ready."""

from madeleine.camera.fields import Fields
from madeleine.camera.json_lines import parse
from madeleine.camera.usb import Board, NoAnswer
from madeleine.errors import ToolError

PROMPT_S = 60.0  # a first start formats the 3 MB of /flash before it listens
READY_S = 30.0  # compiling the app and loading the model take a third of that


def wait_for_prompt(board: Board) -> None:
    """Until the firmware's prompt is there, whatever starts; by a reset if it does not come. NoAnswer after that."""
    try:
        board.interrupt(PROMPT_S)
    except NoAnswer:
        board.reset()
        board.interrupt(PROMPT_S)


def wait_until_ready(board: Board) -> Fields:
    """What the app says of itself once it runs; ToolError with its reason when it cannot, NoAnswer in silence."""
    for line in board.lines(READY_S):
        message = parse(line)
        if message is not None and message["event"] == "ready":
            return Fields(message)
        if line.startswith("Madeleine: "):
            raise ToolError(f"the app cannot start: {line.removeprefix('Madeleine: ')}")
    raise NoAnswer(
        f"{board.line.device}: it has not said within {READY_S:g} s that it is ready: look at its screen (it says "
        "nothing when it is set to *link brownie)"
    )
