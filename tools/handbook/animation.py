"""Pictures that follow each other in one file: WebP, in which only what changes takes room."""

from pathlib import Path
from typing import Any

from PIL import Image

QUALITY, METHOD = 70, 4  # of WebP


class Animation:
    """Pictures of one size, each with how long it stays."""

    def __init__(self) -> None:
        self._pictures: list[Image.Image] = []
        self._lengths_ms: list[int] = []

    def add(self, picture: Image.Image, ms: int) -> None:
        """One more, or the last one for longer."""
        if self._pictures and picture == self._pictures[-1]:
            self._lengths_ms[-1] += ms
        else:
            self._pictures.append(picture)
            self._lengths_ms.append(ms)

    @property
    def length_ms(self) -> int:
        """How long it lasts."""
        return sum(self._lengths_ms)

    def save(self, path: Path) -> None:
        """Writes it, and prints how long and how large it is."""
        first, *others = self._pictures
        shown: dict[str, Any] = {"duration": self._lengths_ms, "loop": 0, "quality": QUALITY, "method": METHOD}
        first.save(path, save_all=True, append_images=others, **shown)
        print(f"{path}: {self.length_ms / 1000:.1f} s, {path.stat().st_size >> 10} kB")
