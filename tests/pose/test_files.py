"""Frames out of files and folders, tables and drawings of them."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from madeleine.errors import ToolError, UsageError
from madeleine.pictures import FRAMES_LIMIT, Frame, frame_count, frames
from madeleine.pose import drawing, table
from madeleine.pose.frames import Shot, counted, files_in, shots
from madeleine.pose.people import Person
from PIL import Image

PERSON = Person(np.arange(34, dtype=np.float32).reshape(17, 2) + 0.126, np.full(17, 0.9, np.float32), 0.87654)


def film(path: Path, count: int = 3, size: tuple[int, int] = (40, 30)) -> Path:
    """An animation whose frames are grey, each lighter than the one before."""
    pictures = [Image.new("RGB", size, (60 * place,) * 3) for place in range(count)]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=50)
    return path


def shot(place: int = 0, size: tuple[int, int] = (40, 30)) -> Shot:
    return Shot(Path("some.gif"), place, Frame(Image.new("RGB", size, (90, 90, 40 * place)), *size))


@pytest.mark.parametrize("name", ["film.gif", "film.webp", "film.png"])
def test_the_frames_of_an_animation(tmp_path: Path, name: str) -> None:
    path = film(tmp_path / name)
    assert counted(files_in(path), pytest.fail) == {path: 3}
    found = list(shots([path], pytest.fail))
    assert [one.place for one in found] == [0, 1, 2]
    assert [round(np.asarray(one.frame.colours).mean()) for one in found] == pytest.approx([0, 60, 120], abs=2)


def test_a_photograph_is_upright_and_may_be_reduced(tmp_path: Path) -> None:
    picture = Image.new("RGB", (2000, 1200))
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(tmp_path / "side.jpg", exif=exif)
    (frame,) = frames(tmp_path / "side.jpg", 500)
    assert (frame.width_px, frame.height_px) == (1200, 2000)
    assert frame.colours.height > frame.colours.width and 500 <= frame.colours.height < 2000


def test_a_folder_by_name_without_what_cannot_be_read(tmp_path: Path) -> None:
    for name in ("b.png", "a.png"):
        film(tmp_path / name, 1)
    (tmp_path / "c.jpg").write_bytes(b"\xff\xd8\xff no picture")
    (tmp_path / "notes.txt").touch()
    left_out: list[str] = []
    found = counted(files_in(tmp_path), left_out.append)
    assert [path.name for path in found] == ["a.png", "b.png"] and "c.jpg is not a picture" in left_out[0]


def test_an_animation_that_is_cut_off_ends_there(tmp_path: Path) -> None:
    path = film(tmp_path / "film.png", 3, (200, 200))
    path.write_bytes(path.read_bytes()[:-400])
    left_out: list[str] = []
    found = list(shots([path], left_out.append))
    assert len(found) < 3 and "film.png is not a picture that can be read" in left_out[0]


def test_what_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ToolError, match="has no pictures"):
        files_in(tmp_path)
    with pytest.raises(ToolError, match=r"is a video, .* ffmpeg -i dance\.MP4 frames"):
        files_in(tmp_path / "dance.MP4")
    monkeypatch.setattr("madeleine.pictures.FRAMES_LIMIT", 2)
    with pytest.raises(ToolError, match="3 frames are more than 2"):
        frame_count(film(tmp_path / "film.gif"))
    assert FRAMES_LIMIT > 2


def _written(name: str, *people: list[Person]) -> str:
    file = io.BytesIO()
    rows = table.Table(Path(name), file)
    for place, some in enumerate(people):
        rows.write(shot(place), some)
    return file.getvalue().decode("utf-8")


def test_rows_for_each_person_and_point() -> None:
    rows = list(csv.DictReader(io.StringIO(_written("out.csv", [PERSON, PERSON], [], [PERSON]))))
    assert len(rows) == 3 * 17
    keys = "file frame person point x y score".split()
    assert rows[0] == dict(zip(keys, ["some.gif", "0", "0", "nose", "0.13", "1.13", "0.9"], strict=True))
    assert [(row["frame"], row["person"]) for row in rows[::17]] == [("0", "0"), ("0", "1"), ("2", "0")]


def test_a_line_for_each_frame() -> None:
    lines = [json.loads(line) for line in _written("out.jsonl", [PERSON], []).splitlines()]
    assert [(line["frame"], len(line["people"])) for line in lines] == [(0, 1), (1, 0)]
    assert lines[0]["width"] == 40 and lines[0]["people"][0]["score"] == 0.8765
    assert lines[0]["people"][0]["points"]["right_ankle"] == [32.13, 33.13, 0.9]


def test_names_say_what_a_file_is_to_be() -> None:
    with pytest.raises(UsageError, match=r"ends in neither \.csv nor \.jsonl"):
        table.check_name(Path("out.xlsx"))
    with pytest.raises(UsageError, match=r"has to end in \.png, \.gif, \.webp"):
        drawing.check(Path("out.mp4"), 1)
    with pytest.raises(UsageError, match="601 frames are more than 600"):
        drawing.check(Path("out.gif"), 601)
    drawing.check(None, 601)


@pytest.mark.parametrize(("name", "count"), [("out.png", 1), ("out.gif", 3), ("out.webp", 3), ("out.png", 3)])
def test_drawings(name: str, count: int) -> None:
    """Of several frames an animation, all as large as the first."""
    found = [(shot(place, (80, 60) if place != 1 else (60, 80)), [PERSON]) for place in range(count)]
    picture = Image.open(io.BytesIO(drawing.drawn(iter(found), count, Path(name))))
    assert picture.size == (80, 60) and getattr(picture, "n_frames", 1) == count
    assert len(np.unique(np.asarray(picture.convert("RGB")).reshape(-1, 3), axis=0)) > 2, "bones are drawn"


def test_points_that_are_not_sure_are_not_drawn() -> None:
    unsure = Person(PERSON.points, np.full(17, 0.1, np.float32), 0.1)
    data = drawing.drawn(iter([(shot(), [unsure])]), 1, Path("out.png"))
    assert (np.asarray(Image.open(io.BytesIO(data))) == (90, 90, 0)).all()
