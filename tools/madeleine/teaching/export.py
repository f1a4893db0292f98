"""Features and labels for other programs: CSV, or arrays for numpy and scikit-learn (docs/FORMATS.md, Features)."""

import csv
import io
from pathlib import Path

import numpy as np

from madeleine.device import features
from madeleine.errors import UsageError
from madeleine.outputs import check_folder
from madeleine.teaching.lesson import Material

CSV, NPZ = ".csv", ".npz"


def check_name(path: Path | None) -> None:
    """UsageError for a file of another kind; ToolError when its folder is not there."""
    check_folder(path, "export")
    if path is not None and path.suffix.lower() not in (CSV, NPZ):
        raise UsageError(f"{path} is not a valid name of an export; give one that ends in {CSV} or {NPZ}")


def encoded(path: Path, material: Material, model: str) -> bytes:
    """The content of the file: a row for each picture, in steps of the board (0..127)."""
    pictures = material.pictures
    labels = [pictures.classes[number] for number in pictures.class_of]
    asked = np.isin(np.arange(len(labels)), material.asked)
    vectors = material.vectors.astype(np.uint8)
    if path.suffix.lower() == NPZ:
        file = io.BytesIO()
        names = [str(place) for place in pictures.paths]
        step = np.array([features.RANGE, features.TOP])
        columns = {"features": vectors, "labels": np.array(labels), "files": np.array(names), "held_out": asked}
        np.savez_compressed(file, **columns, model=np.array(model), step=step)  # type: ignore[arg-type]
        return file.getvalue()
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["label", "part", "file", *(f"f{number}" for number in range(vectors.shape[1]))])
    for label, held_out, place, vector in zip(labels, asked, pictures.paths, vectors, strict=True):
        writer.writerow([label, "test" if held_out else "train", place, *vector.tolist()])
    return text.getvalue().encode("utf-8", "backslashreplace")
