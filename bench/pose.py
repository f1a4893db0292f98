"""How near PoseNet's points are: our floats next to LiteRT's bytes, and the chip next to our floats.

    python -m bench.pose posenet.tflite posenet.kmodel PHOTOGRAPHS...

For the surest person of each photograph, points with half a score or more on both sides: how far they are from each
other, in pixels of the network's picture. LiteRT runs the very file, at its own size (the optional package
ai-edge-litert); the kmodel is made of it and runs in the chip's arithmetic, next to floats at the kmodel's size.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from madeleine.kpu import Network
from madeleine.pictures import Frame, frames
from madeleine.pose.frames import LEAST_PX
from madeleine.pose.network import Finder
from madeleine.pose.people import Maps, Person, find_people
from PIL import Image

MOST, LEAST_SCORE, SURE = 5, 0.25, 0.5
GREY = (128, 128, 128)


def laid_in(frame: Frame, height: int, width: int) -> Frame:
    """The photograph as the network's picture."""
    picture = frame.colours.copy()
    picture = picture.resize(
        [max(1, round(side * min(width / picture.width, height / picture.height))) for side in picture.size]
    )
    around = Image.new("RGB", (width, height), GREY)
    around.paste(picture, ((width - picture.width) // 2, (height - picture.height) // 2))
    return Frame(around, width, height)


def lite(path: Path, frame: Frame) -> list[Person]:
    """The people in LiteRT's maps."""
    interpreter = Interpreter(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], np.asarray(frame.colours)[None])
    interpreter.invoke()
    outputs = []
    for output in interpreter.get_output_details():
        step, zero = output["quantization"]
        outputs.append(
            np.moveaxis((interpreter.get_tensor(output["index"])[0].astype(np.float32) - zero) * step, -1, 0)
        )
    heat, short, mid = outputs
    pairs = (array.reshape(2, -1, *heat.shape[1:]) for array in (short, *np.split(mid, 2)))
    return find_people(Maps(heat, *pairs), MOST, LEAST_SCORE)


def compared(ours: list[Person], theirs: list[Person]) -> str:
    """People on both sides, points compared, their mean and greatest distance."""
    counts = f"{len(theirs)} / {len(ours)}"
    if not ours or not theirs:
        return f"{counts} | 0 | - | -"
    nearest = min(ours, key=lambda person: float(np.linalg.norm(person.points - theirs[0].points)))
    sure = (theirs[0].scores >= SURE) & (nearest.scores >= SURE)
    away = np.linalg.norm(nearest.points - theirs[0].points, axis=1)[sure]
    return f"{counts} | {sure.sum()} | {away.mean():.1f} | {away.max():.1f}"


def main() -> None:
    """Prints the table of docs/MEASURED.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tflite", type=Path)
    parser.add_argument("kmodel", type=Path)
    parser.add_argument("photographs", type=Path, nargs="+")
    arguments = parser.parse_args()
    floats = Finder(arguments.tflite, None, MOST, LEAST_SCORE)
    height, width, _ = Network.load(arguments.kmodel).input_shape
    chip, small = replace(floats, path=arguments.kmodel), replace(floats, size=(height, width))
    own = floats.size_for(Frame(Image.new("RGB", (4, 3)), 4, 3))
    for path in arguments.photographs:
        frame = next(frames(path, LEAST_PX))
        large, square = laid_in(frame, *own), laid_in(frame, height, width)
        first = compared(floats.people(large), lite(arguments.tflite, large))
        second = compared(chip.people(square), small.people(square))
        print(f"| {path.parent.name}/{path.name} | {first} | {second} |", flush=True)


if __name__ == "__main__":
    main()
