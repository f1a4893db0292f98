"""The features of many pictures: computed by several processes, and kept for the next time."""

import hashlib
import io
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias
from zipfile import BadZipFile

import numpy as np

from madeleine.download import cache
from madeleine.errors import ToolError
from madeleine.evaluation.models import Extractor, Features, ModelFile
from madeleine.inputs import opened
from madeleine.outputs import write_whole
from madeleine.pictures import Pixels, photograph
from madeleine.processes import workers

CHUNK = 8  # pictures at a time
SAVE_S = 30.0  # so much work is lost when the power goes
Found: TypeAlias = list[Features | str]  # the features of each picture, or why it has none


class Kept:
    """The features of one model on disk, by the sha256 of the picture's file."""

    def __init__(self, model: ModelFile) -> None:
        self._path = cache() / "features" / f"{model.key}.npz"
        self.features: dict[bytes, Features] = {}
        with suppress(OSError, ValueError, KeyError, EOFError, BadZipFile):  # none yet, or damaged: computed anew
            with np.load(self._path, allow_pickle=False) as arrays:
                keys, rows = arrays["keys"], arrays["features"]
            if keys.dtype == np.uint8 and rows.ndim == 2 and keys.shape == (len(rows), 32):
                self.features = {key.tobytes(): row for key, row in zip(keys, rows, strict=True)}

    def save(self) -> None:
        """Writes all of them; a place that cannot be written is no reason to fail."""
        if not self.features:
            return
        keys = np.array([list(key) for key in self.features], np.uint8)
        file = io.BytesIO()
        np.savez(file, keys=keys, features=np.stack(list(self.features.values())))
        with suppress(OSError, ToolError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, file.getvalue())


def features_of(
    model: ModelFile, paths: Sequence[Path], jobs: int, advance: Callable[[int], None]
) -> tuple[dict[Path, Features], dict[Path, str]]:
    """The features of every picture that can be read, and what is wrong with the others. `advance`: how many more."""
    good: dict[Path, Features] = {}
    bad: dict[Path, str] = {}
    kept = Kept(model)
    keys = _keys(paths, bad)
    good.update({path: kept.features[key] for path, key in keys.items() if key in kept.features})
    advance(len(good) + len(bad))
    missing = [path for path in keys if path not in good]
    if not missing:
        return good, bad
    saved_s = time.monotonic()
    try:
        for chunk, found in _computed(model, missing, jobs):
            for path, result in zip(chunk, found, strict=True):
                if isinstance(result, str):
                    bad[path] = result
                else:
                    good[path] = kept.features[keys[path]] = result
            advance(len(chunk))
            if time.monotonic() - saved_s > SAVE_S:
                kept.save()
                saved_s = time.monotonic()
    finally:
        kept.save()
    return good, bad


def _keys(paths: Sequence[Path], bad: dict[Path, str]) -> dict[Path, bytes]:
    keys = {}
    for path in paths:
        try:
            with opened(path) as file:
                keys[path] = hashlib.file_digest(file, "sha256").digest()
        except OSError as error:
            bad[path] = f"{path} cannot be read: {error.strerror}"
    return keys


def _computed(model: ModelFile, paths: list[Path], jobs: int) -> Iterator[tuple[list[Path], Found]]:
    """Chunks of the paths and their features, in no order."""
    chunks = [paths[start : start + CHUNK] for start in range(0, len(paths), CHUNK)]
    extract = model.load()  # a model that is none is met here, in one line
    if min(jobs, len(chunks)) == 1:
        for chunk in chunks:
            yield chunk, _extracted(extract, chunk)
        return
    with workers(min(jobs, len(chunks)), _load, model, model.name) as pool:
        futures = {pool.submit(_work, chunk): chunk for chunk in chunks}
        for future in as_completed(futures):
            yield futures[future], future.result()


_at_work: list[Extractor] = []  # the model of this process


def _load(model: ModelFile) -> None:
    _at_work[:] = [model.load()]


def _work(paths: list[Path]) -> Found:
    return _extracted(_at_work[0], paths)


def _extracted(extract: Extractor, paths: list[Path]) -> Found:
    seen = [_picture(path) for path in paths]
    pictures = [picture for picture in seen if not isinstance(picture, str)]
    rows = iter(extract(np.stack(pictures)) if pictures else ())
    return [picture if isinstance(picture, str) else next(rows) for picture in seen]


def _picture(path: Path) -> Pixels | str:
    try:
        return photograph(path)
    except ToolError as error:
        return str(error)
