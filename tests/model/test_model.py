"""`madeleine model`: the catalogue, fetching with all its checks, finding a model."""

import argparse
import hashlib
import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from madeleine import download, model
from madeleine.commands import model as command
from madeleine.errors import ToolError
from madeleine.kpu import Network
from madeleine.kpu.editor import describe
from madeleine.model import entries, fetch

from tests.fakes.network import Server, connect

DISTANT = "mbnet751-feature"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MADELEINE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def small(monkeypatch):
    """A catalogue of one distant model of 5000 bytes; gives its entry and its bytes."""
    data = bytes(range(250)) * 20
    entry = replace(
        model.catalogue()[DISTANT], name="small", size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest()
    )
    offered(monkeypatch, entry)
    return entry, data


def offered(monkeypatch, entry):
    """The catalogue has this model only."""
    for module in (entries, fetch):
        monkeypatch.setattr(module, "catalogue", lambda: {entry.name: entry})


def run(*arguments):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    options = parser.parse_args([*map(str, arguments)])
    return options.func(options)


def served(monkeypatch, data):
    """The network as a file: every address has these bytes."""
    server = Server(data)
    connect(monkeypatch, server.answer)
    return server.asked


def test_the_catalogue_is_complete(root):
    entries = model.catalogue()
    assert list(entries) == ["madeleine", DISTANT, "mbnet751", "tour"]
    for entry in entries.values():
        assert entry.input == [224, 224, 3] and entry.outputs[0]["length"] == (
            1000 if entry.name == "mbnet751" else 768
        )
        assert entry.step == {"numerator": 6, "denominator": 127} and entry.flash_address == "0x300000"
        assert entry.licence and entry.description
    rows = json.loads((root / "models" / "catalogue.json").read_text("utf-8"))["models"]
    assert rows == [asdict(entry) for entry in entries.values()]


@pytest.mark.parametrize("name", ["madeleine", "tour"])
def test_a_model_that_comes_along_is_the_one_of_the_catalogue(name):
    entry = model.catalogue()[name]
    assert download.is_whole(entry, entry.place())
    assert model.find_model(name) == entry.place()
    outputs = Network.load(entry.place()).outputs_bytes(np.zeros(entry.input, np.uint8))
    sizes = [output["length"] * np.dtype(output["kind"]).itemsize for output in entry.outputs]
    assert [len(output) for output in outputs] == sizes


def test_the_distant_model_is_the_one_of_the_catalogue(shared, cache):
    source = shared / "models" / "mbnet751_feature.kmodel"
    assert run("fetch", DISTANT, "--from", source) == 0
    found = model.find_model(DISTANT)
    assert found.parent == cache and found.read_bytes() == source.read_bytes()


def test_fetching(small, monkeypatch, capsys):
    entry, data = small
    asked = served(monkeypatch, data)
    assert run("fetch", "small") == 0
    assert asked == [(entry.address, 0)] and model.find_model("small").read_bytes() == data
    assert "5000 bytes, checked" in capsys.readouterr().out
    assert run("fetch", "small", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"name": "small", "file": str(model.find_model("small")), "bytes": 5000}


def test_a_whole_copy_is_not_fetched_again_and_a_damaged_one_is(small, monkeypatch, tmp_path, cache):
    _, data = small
    asked = served(monkeypatch, data)
    cache.mkdir()
    for kept, times in ((data, 0), (data[:-1] + b"x", 1)):
        (cache / "small.kmodel").write_bytes(kept)
        out = tmp_path / f"out{times}.kmodel"
        assert run("fetch", "small", "-o", out) == 0
        assert out.read_bytes() == data
        assert len(asked) == times


def test_fetching_to_a_file(small, monkeypatch, tmp_path, cache):
    served(monkeypatch, small[1])
    assert run("fetch", "small", "-o", tmp_path / "new" / "mine.kmodel") == 0
    assert (tmp_path / "new" / "mine.kmodel").read_bytes() == small[1] and not cache.exists()


@pytest.mark.parametrize("local", [False, True])
def test_other_bytes_are_refused_and_leave_nothing(small, monkeypatch, tmp_path, cache, local):
    other = b"?" + small[1][1:]
    source = tmp_path / "source.kmodel"
    source.write_bytes(other)
    served(monkeypatch, other)
    with pytest.raises(ToolError, match="its sha256 differs"):
        run("fetch", "small", *(["--from", source] if local else []))
    assert not [path for path in cache.rglob("*") if path.is_file()]


def test_places_that_cannot_be_written_or_read(small, monkeypatch, tmp_path):
    served(monkeypatch, small[1])
    (tmp_path / "file").touch()
    with pytest.raises(ToolError, match="cannot be written"):
        run("fetch", "small", "-o", tmp_path / "file" / "below")
    with pytest.raises(ToolError, match="cannot be read"):
        run("fetch", "small", "--from", tmp_path / "none")


def test_what_is_not_there_is_named():
    with pytest.raises(ToolError, match="no model is called 'nope'; there are madeleine"):
        run("fetch", "nope")
    with pytest.raises(ToolError, match=f"not here yet; fetch it with: madeleine model fetch {DISTANT}"):
        model.find_model(DISTANT)
    with pytest.raises(ToolError, match=r"nope\.kmodel is neither a file nor a known model"):
        model.find_model("nope.kmodel")


def test_a_path_is_a_model_too(tmp_path):
    (tmp_path / "mine.kmodel").touch()
    assert model.find_model(tmp_path / "mine.kmodel") == tmp_path / "mine.kmodel"


def test_list(capsys):
    assert run("list") == 0
    listed = capsys.readouterr().out
    assert "tour  0.14 MB, MIT, comes along" in listed and f"{DISTANT}  1.88 MB, Apache-2.0, not fetched" in listed
    assert run("list", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["name"], row["here"]) for row in rows] == [
        ("madeleine", "comes along"),
        (DISTANT, "not fetched"),
        ("mbnet751", "not fetched"),
        ("tour", "comes along"),
        ("posenet", "not fetched"),
        ("compiled", "made"),
    ]


def test_list_says_what_a_model_is_worth_and_costs(capsys):
    """What it says of memory and cards is what the files say."""
    assert run("list") == 0
    listed = capsys.readouterr().out
    assert "75.5 % named right; 54,024 bytes of memory next to the file; cards work" in listed
    assert "too large: the camera reads no cards" in listed and "make it: madeleine model build" in listed
    for entry in model.catalogue().values():
        if entry.place().is_file():
            network = Network.load(entry.place())
            assert entry.memory_bytes == network.model.main_memory_bytes
        assert entry.cards == (entry.size_bytes + entry.memory_bytes <= describe.CARDS_BYTES)
