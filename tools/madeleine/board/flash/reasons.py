"""What it means when a write fails: a sentence for each end that kflash, its guard or the board can come to."""

import re

from madeleine.board.flash.worker import Failure, Job, Phase

UNPLUGGED = "the connection on {port} is lost; plug the camera in again, straight into the computer, and repeat"
SLOWER = "a bad cable, a hub or too high a speed: take another cable and --baud 115200"

# kflash's words (in its spelling) or Python's, the phases in which they say so, and the reason.
REASONS: tuple[tuple[str, tuple[Phase, ...], str], ...] = (
    (
        "No valid Kendryte K210|Silence",
        (Phase.CONNECT,),
        "nothing answers on {port}: it is not the camera's port, the cable only charges, or the wiring is another one; "
        "unplug the camera, plug it in again and repeat, or try --board auto (`madeleine doctor` looks closer)",
    ),
    ("Lost|Greeting fail|has been disconnected|Input/output error", tuple(Phase), UNPLUGGED),
    ("Fast mode failed", (Phase.LOADER,), "{port} does not keep up with {baud} baud; use --baud 115200"),
    (
        "Failed, retry|receive data time out|ValueError|Invalid",
        (Phase.LOADER,),
        "a piece of the loader arrived damaged: " + SLOWER,
    ),
    ("TimeoutError|Silence", (Phase.LOADER,), "the board fell silent while it got the loader: " + SLOWER),
    (
        "Failed to initialize flash",
        (Phase.START,),
        "the loader runs but does not get at the flash chip; switch the camera off and on, and repeat",
    ),
    ("Failed to Connect to K210's Stub|Silence", (Phase.START,), "the loader is there but does not answer: " + SLOWER),
    (
        "Failed to erase|Failed to communication|Silence",
        (Phase.ERASE,),
        "the board does not say that its flash is erased ({text}); switch it off and on, and repeat",
    ),
    ("Data checksum error", (Phase.WRITE,), "a piece arrived damaged, and kflash would have left it out: " + SLOWER),
    (
        "Failed to write",
        (Phase.WRITE,),
        "the board refuses a piece; switch it off and on, and repeat",
    ),
    ("Unproved", (Phase.WRITE,), "not all of it was acknowledged ({text}): " + SLOWER),
    ("Silence", (Phase.WRITE,), "the board stopped acknowledging ({text}), or stays busy: " + SLOWER),
)
# What a failure leaves behind.
STATES = {
    Phase.CONNECT: "nothing was changed",
    Phase.LOADER: "nothing was changed",
    Phase.START: "nothing was changed",
    Phase.ERASE: "the flash is in part erased, repeat until it succeeds",
    Phase.WRITE: "the flash is half written, repeat until it succeeds: the camera can always be written again",
}


def explain(phase: Phase, failure: Failure, job: Job) -> str:
    """One line: what, why, what to do, and how the camera is left."""
    said = f"{failure.kind}: {failure.text}"
    reason = "{phase} failed ({text}); switch the camera off and on, and repeat"
    for pattern, phases, sentence in REASONS:
        if phase in phases and re.search(pattern, said):
            reason = sentence
            break
    told = reason.format(port=job.port, baud=job.baud, phase=phase.value, text=" ".join(failure.text.split()))
    return f"{told} ({STATES[phase]})"
