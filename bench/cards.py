"""Prints how many of 100 virtual photographs of a code a quirc reads, by its version, level and printed width.

`python -m bench.cards`, some minutes. With pyquirc 0.2.0.post1 (easy / hard, per cent):

    code, px    1M       1H       2M       2H       3M       3H
    63          40 / 15  61 / 28  71 / 35  78 / 48  38 / 18  51 / 35
    84          55 / 45  75 / 53  91 / 78  91 / 86  73 / 70  73 / 68
    100         86 / 60  98 / 76  96 / 90  96 / 90  86 / 75  86 / 70
    125         91 / 81 100 / 95 100 / 91 100 / 96  93 / 95  93 / 93
    145         96 / 96  98 / 98 100 /100 100 / 96  96 / 96  96 / 88
"""

import io

import numpy as np
import segno
from PIL import Image

from tests.cards.photograph import EASY, FOCAL_PX, HARD, Conditions, photograph
from tests.cards.readers import quirc_reads

TEXT = "hot dog"
PHOTOGRAPHS = 100
DISTANCE_MM = 170


def rate(version: int, level: str, code_px: int, how: Conditions) -> int:
    """Per cent of photographs that are read."""
    code = segno.make(TEXT, version=version, error=level, micro=False, boost_error=False)
    file = io.BytesIO()
    code.save(file, kind="png", scale=12, border=4)
    card = np.asarray(Image.open(file).convert("L"))
    modules = 17 + 4 * version
    card_mm = (modules + 8) / modules * code_px * DISTANCE_MM / FOCAL_PX
    chance = np.random.default_rng(1)
    pictures = (photograph(card, card_mm, DISTANCE_MM, how, chance) for _ in range(PHOTOGRAPHS))
    return round(100 * sum(quirc_reads(picture, TEXT.encode()) for picture in pictures) / PHOTOGRAPHS)


if __name__ == "__main__":
    for code_px in (63, 84, 100, 125, 145):
        for version, level in ((1, "m"), (1, "h"), (2, "m"), (2, "h"), (3, "m"), (3, "h")):
            print(code_px, version, level, rate(version, level, code_px, EASY), rate(version, level, code_px, HARD))
