"""Picture files as people have them: every kind is read as the same picture, or refused in one sentence."""

import os
import random
import struct
import subprocess
import sys
import warnings

import numpy as np
import pytest
from madeleine import pictures
from madeleine.errors import ToolError
from madeleine.sim.scenes import scene
from PIL import Image

from tests import ROOT

CUP = Image.fromarray(scene("cup"))
KINDS = {
    "cup.jpg": "JPEG",
    "cup.JPEG": "JPEG",
    "cup.jfif": "JPEG",
    "cup.png": "PNG",
    "cup.bmp": "BMP",
    "cup.webp": "WEBP",
    "cup.gif": "GIF",
    "cup.tif": "TIFF",
    "cup.avif": "AVIF",
    "cup.heic": "HEIF",
    "avif.jpg": "AVIF",
    "heif.png": "HEIF",
}


def near(read: np.ndarray, meant: np.ndarray) -> bool:
    return read.shape == meant.shape and np.abs(read.astype(int) - meant.astype(int)).mean() < 6


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_every_kind(tmp_path, name, kind):
    if kind == "HEIF":
        pytest.importorskip("pillow_heif")
    CUP.save(tmp_path / name, kind)
    assert pictures.is_photograph(tmp_path / name)
    assert near(pictures.photograph(tmp_path / name), np.asarray(CUP))


def test_upright_and_the_middle(tmp_path):
    wide = Image.new("RGB", (600, 300))
    wide.paste(CUP.resize((300, 300)), (150, 0))
    sideways = wide.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees to the right
    sideways.save(tmp_path / "cup.jpg", exif=exif, quality=95)
    assert near(pictures.photograph(tmp_path / "cup.jpg"), np.asarray(CUP))


def test_sixteen_bits_of_grey(tmp_path):
    grey = np.asarray(CUP.convert("L")).astype(np.uint16) * 257
    for name in ("cup.png", "cup.tif"):
        Image.fromarray(grey).save(tmp_path / name)
        assert near(pictures.photograph(tmp_path / name)[..., 0], np.asarray(CUP.convert("L")))


def test_a_damaged_tiff_says_nothing_itself(tmp_path, capfd):
    CUP.save(tmp_path / "cup.tif", compression="tiff_lzw")
    data = bytearray((tmp_path / "cup.tif").read_bytes())
    data[2000:3000] = bytes(1000)
    (tmp_path / "cup.tif").write_bytes(data)
    with pytest.raises(ToolError):
        pictures.photograph(tmp_path / "cup.tif")
    print("said", file=sys.stderr)
    assert capfd.readouterr().err == "said\n", "libtiff's own words"
    samples = data.index(struct.pack("<HHI", 277, 3, 1)) + 8
    (tmp_path / "cup.tif").write_bytes(data[:samples] + struct.pack("<H", 16384) + data[samples + 2 :])
    code = "from madeleine.pictures import photograph; from pathlib import Path; photograph(Path('cup.tif'))"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "tools")},
        capture_output=True,
        text=True,
    )
    assert "ToolError" in ended.stderr and not ended.stderr.startswith("More samples"), "Pillow's log"


def test_what_is_transparent_is_white(tmp_path):
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(tmp_path / "none.png")
    assert (pictures.photograph(tmp_path / "none.png") == 255).all()


def test_a_phone_with_many_pixels(tmp_path):
    """A JPEG is reduced while it is read."""
    Image.new("RGB", (13000, 9000), (10, 20, 30)).save(tmp_path / "large.jpg")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert pictures.photograph(tmp_path / "large.jpg").shape == (224, 224, 3)


@pytest.mark.parametrize(
    ("size", "kind"),
    [((20000, 20000), "JPEG"), ((10000, 9000), "PNG")],
)
def test_too_many_pixels(tmp_path, size, kind):
    Image.new("1", size).save(tmp_path / "large", kind)
    with pytest.raises(ToolError, match="pixels are more than"):
        pictures.photograph(tmp_path / "large")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a known picture format"),
        (b"no", "not a known picture format"),
        (b"%PDF-1.4", "not a known picture format"),
        (b"%!PS", "not a known picture format"),
    ],
)
def test_what_is_not_a_picture(tmp_path, data, words):
    (tmp_path / "x.jpg").write_bytes(data)
    with pytest.raises(ToolError, match=words) as refused:
        pictures.photograph(tmp_path / "x.jpg")
    assert "\n" not in str(refused.value)


def test_floats_are_refused(tmp_path):
    Image.fromarray(np.zeros((10, 10), np.float32)).save(tmp_path / "x.tif")
    with pytest.raises(ToolError, match="floats"):
        pictures.photograph(tmp_path / "x.tif")


def test_heic_without_the_extra(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "_known", lambda: {"JPEG"})
    (tmp_path / "x.heic").write_bytes(b"\0\0\0\x18ftypheic")
    with pytest.raises(ToolError, match=r"madeleine-camera\[heic\]"):
        pictures.photograph(tmp_path / "x.heic")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "TIFF", "WEBP", "AVIF", "BMP"])
def test_damage_is_a_sentence_or_harmless(tmp_path, kind):
    chance = random.Random(kind)
    CUP.save(tmp_path / "good", kind)
    good = (tmp_path / "good").read_bytes()
    for _ in range(60):
        bad = bytearray(good)
        for _ in range(chance.randint(1, 20)):
            bad[chance.randrange(min(len(bad), 400) if chance.random() < 0.5 else len(bad))] = chance.randrange(256)
        (tmp_path / "bad").write_bytes(bad[: chance.randint(1, len(bad))])
        try:
            pictures.photograph(tmp_path / "bad")
        except ToolError as error:
            assert "\n" not in str(error)


def test_folders(tmp_path):
    for name in ("rock/a.png", "rock/._a.png", "rock/notes.txt", "rock/b.heic", "empty/c.txt", "d.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "rock" / "folder.jpg").mkdir()
    assert pictures.photographs(tmp_path) == {"rock": [tmp_path / "rock" / "a.png", tmp_path / "rock" / "b.heic"]}
    with pytest.raises(ToolError, match="not a folder"):
        pictures.photographs(tmp_path / "none")


def test_the_unreadable_ones_are_left_out(tmp_path):
    CUP.save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"no")
    left_out: list[str] = []
    read = list(pictures.readable([tmp_path / "b.png", tmp_path / "a.png"], 32, 48, left_out.append))
    assert [picture.shape for picture in read] == [(32, 48, 3)]
    assert [str(tmp_path / "b.png") in text for text in left_out] == [True]
