"""bench/kit.py: photographs out of git repositories, against small ones on disk."""

import io
import subprocess
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from PIL import Image
from rich.progress import Progress

from bench import kit

OLD_SERVER = "[uploadpack]\nallowFilter = false\n"
SERVER = "[uploadpack]\nallowFilter = true\nallowAnySHA1InWant = true\n"


def picture(width: int, height: int, **options: object) -> bytes:
    pixels = np.random.default_rng(3).integers(0, 256, (height, width, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", **options)
    return file.getvalue()


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of three files that stands for the host's."""
    work = tmp_path / "mirror/someone/photographs.git"
    work.mkdir(parents=True)
    (work / "a b.jpg").write_bytes(picture(400, 200))
    (work / "small.jpg").write_bytes(picture(90, 60))
    (work / "text.jpg").write_text("no picture")
    config = tmp_path / "gitconfig"
    url = (tmp_path / "mirror").as_uri()
    config.write_text(f'[url "{url}/"]\ninsteadOf = {kit.HOST}\n[safe]\ndirectory = *\n{SERVER}')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    git = ["git", "-C", str(work), "-c", "user.name=x", "-c", "user.email=x@localhost"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "photographs"]):
        subprocess.run([*git, *arguments], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    monkeypatch.setattr(kit, "SOURCES", {"cups": kit.Source("someone/photographs", commit, "MIT", "")})
    return config


def build(folder: Path, **paths: str) -> None:
    folder.mkdir(exist_ok=True)
    with Progress(disable=True) as progress:
        kit.build(folder, "cups", [kit.Photograph(f"cups/{name}.jpg", path) for name, path in paths.items()], progress)


@pytest.mark.parametrize("server", [SERVER, OLD_SERVER], ids=["filters", "sends all"])
def test_a_set_is_built(mirror: Path, tmp_path: Path, server: str) -> None:
    mirror.write_text(mirror.read_text().replace(SERVER, server))
    build(tmp_path / "kit", large="a b.jpg", small="small.jpg")
    sizes = {file.name: Image.open(file).size for file in (tmp_path / "kit/cups").iterdir()}
    assert sizes == {"large.jpg": (320, 160), "small.jpg": (90, 60)}
    assert [file.name for file in (tmp_path / "kit").iterdir()] == ["cups"]


def test_a_set_is_completed(mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path / "kit", large="a b.jpg")
    (tmp_path / "kit/cups/large.jpg").write_bytes(b"kept")
    build(tmp_path / "kit", large="a b.jpg", small="small.jpg")
    assert (tmp_path / "kit/cups/large.jpg").read_bytes() == b"kept"
    monkeypatch.setenv("PATH", "")  # a complete set needs no git
    build(tmp_path / "kit", large="a b.jpg", small="small.jpg")


def test_refusals(mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(kit.ToolError, match=r"text\.jpg is not a picture"):
        build(tmp_path, text="text.jpg")
    with pytest.raises(kit.ToolError, match=r"someone/photographs lacks other\.jpg"):
        build(tmp_path, other="other.jpg")
    monkeypatch.setattr(kit, "BLOB_LIMIT_BYTES", 1000)
    with pytest.raises(kit.ToolError, match="1000 is the limit"):
        build(tmp_path, large="a b.jpg")
    mirror.write_text(mirror.read_text().replace("mirror", "nowhere"))
    with pytest.raises(kit.ToolError, match="cannot be fetched"):
        build(tmp_path, large="a b.jpg")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(kit.ToolError, match="git is not installed"):
        build(tmp_path, large="a b.jpg")


def test_exif_rotation_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    turned = Image.open(io.BytesIO(kit.shrink(picture(640, 320, exif=exif), "a")))
    assert turned.size == (160, 320) and not turned.getexif()


def test_the_list() -> None:
    sets = kit.photographs()
    files = [one.file for photographs in sets.values() for one in photographs]
    assert len(files) == len(set(files)) == 1807 and all(sets.values())
    assert all(file.endswith(".jpg") and ".." not in PurePosixPath(file).parts and file[0] != "/" for file in files)


def test_the_reference_data_are_this_kit(shared: Path) -> None:
    for name, photographs in kit.photographs().items():
        assert kit.digest(shared / "data", photographs) == kit.SOURCES[name].sha256, name
