"""What somebody gives: folders, zips, odd names; nothing is lost without a sentence."""

import os
import zipfile

import pytest
from madeleine.errors import ToolError
from madeleine.teaching import archive, gather
from madeleine.teaching.gather import gathered


def make(folder, **kinds):
    """Empty files: what is in them does not matter yet."""
    for kind, names in kinds.items():
        (folder / kind).mkdir(parents=True)
        for name in names:
            (folder / kind / name).write_bytes(b"")
    return folder


def zipped(path, **content):
    with zipfile.ZipFile(path, "w") as file:
        for name, data in content.items():
            file.writestr(name, data)
    return path


@pytest.fixture
def given(tmp_path):
    """Calls `gathered`; (the set, what it left out)."""

    def call(*paths):
        left_out = []
        return gathered(paths, tmp_path / "room", left_out.append), left_out

    return call


def counts(pictures):
    return {name: int((pictures.class_of == number).sum()) for number, name in enumerate(pictures.classes)}


def test_a_folder_of_classes_and_folders_that_are_one(tmp_path, given):
    photographs = make(tmp_path / "photographs", cup=["1.jpg", "2.png"], pen=["1.jpg"])
    keys = make(tmp_path, keys=["1.jpg"]) / "keys"
    pictures, left_out = given(photographs, keys)
    assert counts(pictures) == {"cup": 2, "pen": 1, "keys": 1} and left_out == []
    pictures, _ = given(photographs, make(tmp_path / "more", cup=["3.jpg"]))
    assert counts(pictures) == {"cup": 3, "pen": 1}, "the same class from two places"


def test_train_and_test(tmp_path, given):
    for half in ("train", "test"):
        make(tmp_path / "things" / half, cup=["1.jpg"], pen=["1.jpg"])
    pictures, _ = given(tmp_path / "things")
    assert pictures.in_halves and counts(pictures) == {"cup": 2, "pen": 2}
    again, _ = given(tmp_path)  # the folder around it
    assert again.paths == pictures.paths


def test_zips_of_teachable_machine(tmp_path, given):
    cup = zipped(tmp_path / "cup-samples.zip", **{"0.jpg": b"a", "1.jpg": b"b", "metadata.json": b"{}"})
    pen = zipped(tmp_path / "pen-samples.zip", **{"0.png": b"c", "__MACOSX/._0.png": b"x"})
    pictures, left_out = given(cup, pen)
    assert counts(pictures) == {"cup": 2, "pen": 1} and left_out == []
    assert [path.read_bytes() for path in pictures.paths] == [b"a", b"b", b"c"]


def test_zips_of_folders_and_of_edge_impulse(tmp_path, given):
    pictures, _ = given(
        zipped(tmp_path / "a.zip", **{"set/cup/1.jpg": b"", "set/pen/1.jpg": b"", "set/pen/2.jpg": b""})
    )
    assert counts(pictures) == {"cup": 1, "pen": 2} and not pictures.in_halves
    labels = b'{"files": [{"path": "training/x.jpg", "label": {"label": "pen"}}]}'
    names = {"training/cup.1.jpg": b"", "training/x.jpg": b"", "testing/cup.2.jpg": b"", "testing/pen.2.jpg": b""}
    (tmp_path / "room").rename(tmp_path / "used")
    pictures, _ = given(zipped(tmp_path / "b.zip", **names, **{"info.labels": labels}))
    assert counts(pictures) == {"cup": 2, "pen": 2} and pictures.in_halves


def test_names_in_a_zip_never_become_names_of_files(tmp_path, given):
    hostile = {
        "../../out/1.jpg": b"",
        "/etc/cup/2.jpg": b"",
        "pen/\n\x1b[2J.jpg": b"",
        "pen/" + "n" * 300 + ".jpg": b"",
    }
    pictures, _ = given(zipped(tmp_path / "a.zip", **hostile))
    assert all(path.is_relative_to(tmp_path / "room") for path in pictures.paths)
    assert sorted(path.name for path in pictures.paths) == [f"{number:06}.jpg" for number in range(4)]


def test_a_zip_that_is_damaged_large_or_none(tmp_path, given, monkeypatch):
    whole = zipped(tmp_path / "a.zip", **{"cup/1.jpg": b"x" * 100, "pen/1.jpg": b"y" * 100})
    data = bytearray(whole.read_bytes())
    data[data.index(b"x" * 100)] ^= 1
    whole.write_bytes(data)
    with pytest.raises(ToolError, match="one class"):
        given(whole)
    monkeypatch.setattr(archive, "ENTRY_BYTES", 10)
    (tmp_path / "room").rename(tmp_path / "used")
    with pytest.raises(ToolError, match="no class"):
        given(zipped(tmp_path / "b.zip", **{"cup/1.jpg": b"x" * 100, "pen/1.jpg": b"y" * 100}))
    monkeypatch.setattr(archive, "ALL_BYTES", 50)
    with pytest.raises(ToolError, match="give fewer pictures"):
        given(whole)
    for content in (b"", b"no zip", b"PK\x03\x04"):
        (tmp_path / "c.zip").write_bytes(content)
        with pytest.raises(ToolError, match="not a zip that can be read"):
            given(tmp_path / "c.zip")
    with pytest.raises(ToolError, match="has no pictures"):
        given(zipped(tmp_path / "d.zip", **{"readme.txt": b""}))


@pytest.mark.parametrize("name", ["*reset", "=1+1", "n" * 33, "a\nb", "{}"])
def test_folders_whose_names_no_camera_takes_are_left_out(name, tmp_path, given):
    make(tmp_path / "things", cup=["1.jpg"], pen=["1.jpg"], **{name: ["1.jpg", "2.jpg"]})
    pictures, left_out = given(tmp_path / "things")
    assert pictures.classes == ("cup", "pen")
    assert len(left_out) == 1 and "(pictures: 2)" in left_out[0] and "rename the folder" in left_out[0]


def test_links_fifos_and_hidden_files(tmp_path, given):
    things = make(tmp_path / "things", cup=["1.jpg", "._1.jpg", "notes.txt"], pen=["1.jpg"])
    os.mkfifo(things / "cup" / "2.jpg")
    (things / "pen" / "2.jpg").symlink_to(things / "pen" / "2.jpg")
    (things / "loop").symlink_to(things)
    (things / "cup" / "folder.jpg").mkdir()
    pictures, _ = given(things)
    assert counts(pictures) == {"cup": 1, "pen": 1}


def test_too_little_and_too_much(tmp_path, given, monkeypatch):
    with pytest.raises(ToolError, match="neither a folder nor a zip"):
        given(tmp_path / "nowhere")
    with pytest.raises(ToolError, match="no classes"):
        given(make(tmp_path / "empty", cup=[]))
    with pytest.raises(ToolError, match=r"one class \(cup\); give the pictures of two things"):
        given(make(tmp_path / "one", cup=["1.jpg"]))
    both = make(tmp_path / "sets", a=[], b=[])
    for place in ("a", "b"):
        make(both / place, cup=["1.jpg"], pen=["1.jpg"])
    with pytest.raises(ToolError, match="several sets"):
        given(both)
    monkeypatch.setattr(gather, "MOST_PICTURES", 1)
    with pytest.raises(ToolError, match="2 pictures, 1 at most"):
        given(both / "a")
