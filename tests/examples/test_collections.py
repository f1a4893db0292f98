"""Collections, and the two kinds of files they are kept in."""

import json
import random
import zlib
from dataclasses import replace

import features
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from madeleine import cli
from madeleine.errors import ToolError
from madeleine.examples import brownie, files, jsonl
from madeleine.examples.collection import Collection, Example, Mark
from madeleine.examples.problems import MOST, Problems
from madeleine.kpu import Network

from tests.examples.conftest import TOUR, some, vector

VECTORS = st.binary(min_size=768, max_size=768).map(lambda data: bytes(byte % 128 for byte in data))
LABELS = st.sampled_from(["cup", "", "りんご", "a, b", 'quote"', "café", "a\u2028b", "👍"])
COLLECTIONS = st.builds(
    Collection,
    model=st.just(TOUR),
    examples=st.lists(st.builds(Example, LABELS, VECTORS), max_size=4).map(tuple),
    marks=st.lists(st.builds(Mark, st.sampled_from([0, 100, 50, -7]), VECTORS), max_size=5).map(tuple),
    settings=st.dictionaries(st.just("limit2"), st.integers(1, 9999).map(str)),
)


def run(*arguments) -> int:
    return cli.main(["examples", *map(str, arguments)])


def problems_of(text: str, read=jsonl.read) -> list[str]:
    problems = Problems("file")
    read(text, problems)
    return problems.texts


# -- our file ---------------------------------------------------------------------------------------------------


@given(COLLECTIONS)
def test_a_file_gives_back_what_was_put_in(collection):
    problems = Problems("file")
    again = jsonl.read(jsonl.write(collection).decode(), problems)
    assert problems.texts == []
    assert again.same(collection)
    assert jsonl.write(again) == jsonl.write(collection)


def test_people_can_read_the_names():
    text = jsonl.write(some()).decode()
    assert text.splitlines()[0].startswith('{"format": "madeleine examples", "version": 1, "model": "b922520e"')
    assert '{"name": "りんご", "vector": "' in text
    assert '{"setting": "limit2", "value": "150", "crc32": "' in text


def test_every_damage_is_noticed():
    whole = jsonl.write(some())
    chance = random.Random(1)
    for at in [*range(300), *chance.sample(range(300, len(whole)), 500)]:
        for damaged in (
            whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(7)]) + whole[at + 1 :],
            whole[:at] + whole[at + 1 :],
            whole[:at],
        ):
            text = damaged.decode("utf-8", "replace")
            assert problems_of(text) or (damaged == whole[: len(damaged)] and len(whole) - len(damaged) == 1), at


def test_a_line_too_many_or_too_few():
    rows = jsonl.write(some()).decode().splitlines(keepends=True)
    assert "promises 8" in problems_of("".join(rows[:-1]))[0]
    assert "promises 8" in problems_of("".join([*rows, rows[-1]]))[0]


HEAD = {"format": "madeleine examples", "version": 1, "model": TOUR, "vector_bytes": 768, "records": 1}


def line(text: str) -> str:
    """A line of JSON with its checksum."""
    return f'{text[:-1]}, "crc32": "{zlib.crc32(text[:-1].encode()):08x}"}}\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"name": "*cup", "vector": ""}', "cannot start with *"),
        ('{"name": "cup", "vector": "AAAA"}', "768 bytes"),
        ('{"name": "cup"}', "vector"),
        ('{"name": 5, "vector": ""}', "neither a name"),
        ('{"name": "\\ud83d", "vector": ""}', "control character"),
        ('{"anchor": 10000, "vector": ""}', "-9999 to 9999"),
        ('{"anchor": 50.5, "vector": ""}', "-9999 to 9999"),
        ('{"anchor": [], "vector": ""}', "-9999 to 9999"),
        ('{"anchor": true, "vector": ""}', "-9999 to 9999"),
        ('{"setting": "limit2", "value": "0"}', "1..9999"),
        ('{"setting": "link", "value": "json"}', "no setting"),
        ('{"setting": [], "value": "json"}', "no setting"),
        ('{"setting": "limit2", "value": 5}', "no setting"),
        ('{"name": }', "not JSON"),
        ("{" * 5000 + "}", "not JSON"),
    ],
)
def test_a_line_that_is_no_camera_s(text, told):
    found = problems_of(line(json.dumps(HEAD)) + line(text))
    assert [told in problem and "line 2" in problem for problem in found] == [True]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"version": 2}, "version 2"),
        ({"vector_bytes": 512}, "512 bytes"),
        ({"model": "nonsense"}, "eight hexadecimal"),
        ({"model": 12345678}, "eight hexadecimal"),
        ({"format": "something"}, "not a file of examples"),
    ],
)
def test_a_file_of_another_kind(fields, told):
    found = problems_of(line(json.dumps(HEAD | {"records": 0} | fields)))
    assert [told in problem for problem in found] == [True]


@given(st.text(max_size=200))
def test_any_text(text):
    assert problems_of(text)
    problems_of(text, brownie.read)


# -- Brownie's file ---------------------------------------------------------------------------------------------


def as_brownie_reads(text: str) -> list[tuple[str, list[float]]]:
    """Its `load`, told in our words: a line is a name and floats, taken apart at commas."""
    rows = [line.strip().split(",") for line in text.splitlines()]
    return [(row[0], [float(number) for number in row[1:]]) for row in rows]


def test_brownie_both_ways():
    collection = some(brownie.MODEL, settings={})
    text = brownie.write(collection).decode()
    rows = as_brownie_reads(text)
    assert [name for name, _ in rows] == ["0", "100", "cup", "*exclude", "りんご", "cup"]
    for (_, floats), bytes_ in zip(rows[2:], [example.vector for example in collection.examples], strict=True):
        assert max(abs(value - byte * 6 / 127) for value, byte in zip(floats, bytes_, strict=True)) < 1e-5
    problems = Problems("file")
    assert brownie.read(text, problems).same(collection)
    assert problems.texts == []


def test_several_pictures_of_a_mark_come_from_brownie_without_loss(tmp_path, capsys):
    """Brownie keeps every card 0 and 100 that it was shown."""
    marks = tuple(Mark(value, vector(seed)) for value, seed in ((0, 5), (0, 7), (0, 9), (100, 6), (100, 8)))
    sheet = tmp_path / "features.csv"
    sheet.write_bytes(brownie.write(some(brownie.MODEL, settings={}, marks=marks)))
    names = [name for name, _ in as_brownie_reads(sheet.read_text("utf-8"))]
    assert names[:5] == ["0", "0", "0", "100", "100"]
    assert run("check", sheet) == 0
    assert "marks of the gauge: 0 (3), 100 (2)" in capsys.readouterr().out
    files.save(tmp_path / "ours.jsonl", files.load(sheet, print))
    again = files.load(tmp_path / "ours.jsonl", print)
    assert again.marks == marks
    assert brownie.write(again) == sheet.read_bytes()


def test_the_model_of_brownie(shared):
    """Its name is what the network makes of a black picture."""
    floats = Network.load(shared / "models" / "mbnet751_feature.kmodel").run(np.zeros((224, 224, 3), np.uint8))
    example = bytearray(768)
    features.quantise([float(value) for value in np.ravel(floats)], example)
    assert f"{zlib.crc32(example):08x}" == brownie.MODEL


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("cup" + ",1" * 767, "767 numbers"),
        ("a,b" + ",1" * 768, "769 numbers"),
        ("cup" + ",1" * 767 + ",x", "'x' is not a number"),
        ("\0" * 900, "NUL bytes"),
        ("cup" + ",nan" * 768, "0 to 6"),
        ("cup" + ",6.1" * 768, "0 to 6"),
        ("*dance" + ",1" * 768, "cannot start with *"),
        ("n" * 33 + ",1" * 768, "32 characters"),
    ],
)
def test_a_row_that_is_not_brownie_s_is_left_out(row, told):
    good = "cup" + ",0.5" * 768
    problems = Problems("file")
    collection = brownie.read(f"{good}\n{row}\n{good}\n", problems)
    assert [example.label for example in collection.examples] == ["cup", "cup"]
    assert problems.texts == []
    assert [told in text and "line 2" in text for text in problems.left_out] == [True]


@pytest.mark.parametrize("text", ["cup,1,2", "name,f0,f1\n" * 3, "hello"])
def test_a_text_without_one_line_of_brownie_s(text):
    assert [told for told in problems_of(text, brownie.read) if "not a single line" in told]


@pytest.mark.parametrize(
    "numbers",
    [",0.5" * 768, ";0.5" * 768, ";0,5" * 768, "\t0,5" * 768, "\t0.5" * 768, ",5E-01" * 768, " , 0.5" * 768],
)
def test_how_spreadsheets_write_numbers(numbers):
    problems = Problems("file")
    collection = brownie.read("cup" + numbers, problems)
    assert problems.left_out == []
    assert collection.same(brownie.read("cup" + ",0.5" * 768, problems))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_encodings_of_spreadsheets(encoding):
    text = "りんご" + ",0.5" * 768 + "\r\n"
    assert files.parsed(text.encode(encoding), "file", print).counts() == {"りんご": 1}


def test_another_encoding_is_refused():
    with pytest.raises(ToolError, match="CSV UTF-8"):
        files.parsed(("café" + ",0.5" * 768).encode("latin-1"), "file", print)


def test_a_file_that_a_power_cut_left(tmp_path, capsys):
    """Half a line, and what FAT leaves of a cluster."""
    sheet = tmp_path / "features.csv"
    row = "cup" + ",0.5" * 768 + "\n"
    sheet.write_bytes((row * 3 + row[:1000] + "\n").encode() + bytes(5000))
    assert run("check", sheet) == 0
    told = capsys.readouterr().out
    assert "line 4" in told and "line 5" in told and "3  cup" in told
    ours = tmp_path / "ours.jsonl"
    assert run("merge", sheet, "-o", ours) == 0
    assert "line 4" in capsys.readouterr().out
    assert files.load(ours, print).counts() == {"cup": 3}


def test_a_million_bad_lines_are_not_kept():
    problems = Problems("file")
    brownie.read("cup" + ",0.5" * 768 + "\n" + "x\n" * 100_000, problems)
    assert len(problems.left_out) == MOST + 1


@pytest.mark.parametrize(("label", "told"), [("a,b", "comma"), ("0", "mark"), ("100", "mark")])
def test_what_brownie_would_misunderstand(label, told):
    with pytest.raises(ToolError, match=told):
        brownie.write(some(brownie.MODEL, examples=(Example(label, vector(1)),)))
    with pytest.raises(ToolError, match="the mark 50 cannot go into"):
        brownie.write(some(brownie.MODEL, marks=(Mark(0, vector(1)), Mark(50, vector(2)))))
    with pytest.raises(ToolError, match="no use to Brownie"):
        brownie.write(some())


# -- merging ----------------------------------------------------------------------------------------------------


@given(COLLECTIONS, COLLECTIONS)
def test_merging(one, other):
    both = one.merged(other)
    assert both.examples[: len(one.examples)] == one.examples
    assert set(both.examples) == set(one.examples) | set(other.examples)
    of_other = other.pictures()
    assert set(both.marks) == {mark for mark in one.marks if mark.value not in of_other} | set(other.marks)
    assert both.merged(other).same(both)
    assert both.merged(one).examples == both.examples


def test_of_another_model():
    with pytest.raises(ToolError, match="0badcafe cannot be used with model b922520e"):
        some().merged(some("0badcafe"))


def test_only_and_without():
    assert [example.label for example in some().only(["cup", "*exclude"]).examples] == ["cup", "", "cup"]
    assert (some().only(["cup"]).marks, some().only(["cup"]).settings) == ((), {})
    assert some().without("cup").counts() == {"": 1, "りんご": 1}
    assert some().without("cup").marks == some().marks
    with pytest.raises(ToolError, match=r"no examples of pen; there are: cup, \*exclude, りんご"):
        some().without("pen")


# -- the command, on files --------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.jsonl"
    files.save(path, some())
    return path


def test_list_and_check(file, capsys):
    for action in (("list", "--file", file), ("check", file)):
        assert run(*action) == 0
        told = capsys.readouterr().out
        for part in ("2  cup", "1  *exclude", "4  examples of model b922520e", "gauge: 0, 100", "limit 150, sound off"):
            assert part in told


def test_check_tells_every_problem(file, capsys):
    rows = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join([rows[0], rows[1].replace("150", "160"), *rows[2:-1]]), "utf-8")
    assert run("check", file) == 1
    told = capsys.readouterr()
    assert "line 2: the checksum is wrong" in told.out and "promises 8" in told.out
    assert "cannot be used" in told.err
    assert run("list", "--file", file) == 1
    assert "line 2" in capsys.readouterr().err


def test_check_tells_of_one_view_with_two_names(file, capsys):
    files.save(file, some(examples=(Example("cup", vector(1)), Example("pen", vector(1)))))
    assert run("check", file) == 0
    assert "one view is called cup and pen" in capsys.readouterr().out


def test_merge_import_rename_forget_on_files(file, tmp_path):
    other, both = tmp_path / "b.jsonl", tmp_path / "both.jsonl"
    files.save(other, some(examples=(Example("key", vector(9)), Example("cup", vector(1))), settings={"limit2": "80"}))
    assert run("merge", file, other, "-o", both) == 0
    merged = files.load(both, print)
    assert merged.counts() == {"cup": 2, "": 1, "りんご": 1, "key": 1}
    assert merged.settings == {"limit2": "80", "sound": "off"}
    assert run("merge", file, other, "-o", both, "--only", "key") == 0
    assert files.load(both, print).counts() == {"key": 1}
    assert run("import", other, "--file", file) == 0
    assert files.load(file, print).same(merged)
    assert run("forget", "cup", "--file", file) == 0
    assert run("forget", "*exclude", "--file", file) == 0
    assert run("rename", "key", "door", "--file", file) == 0
    assert files.load(file, print).counts() == {"りんご": 1, "door": 1}
    assert run("rename", "door", "key", "--file", file) == 0
    assert files.load(file, print).counts() == {"りんご": 1, "key": 1}
    assert run("export", tmp_path / "c.jsonl", "--file", file, "--only", "key") == 0
    assert run("import", tmp_path / "c.jsonl", "--file", file, "--replace") == 0
    assert files.load(file, print).counts() == {"key": 1}


def test_from_brownie_and_back(tmp_path):
    sheet, ours, again = tmp_path / "features.csv", tmp_path / "ours.jsonl", tmp_path / "again.csv"
    files.save(sheet, some(brownie.MODEL))
    assert run("merge", sheet, "-o", ours) == 0
    assert run("export", again, "--file", ours) == 0
    assert again.read_bytes() == sheet.read_bytes()
    assert files.load(ours, print).model == brownie.MODEL


def test_nothing_is_written_when_something_is_wrong(file, tmp_path, capsys):
    before = file.read_bytes()
    other = tmp_path / "other.jsonl"
    files.save(other, some("0badcafe"))
    for arguments in (
        ("import", other, "--file", file),
        ("import", other, "--file", file, "--replace"),
        ("import", tmp_path / "none.jsonl", "--file", file),
        ("merge", file, other, "-o", file),
        ("forget", "pen", "--file", file),
        ("rename", "pen", "key", "--file", file),
        ("export", file, "--file", other, "--only", "pen"),
        ("export", tmp_path / "x.csv", "--file", file),
    ):
        assert run(*arguments) == 1
        assert capsys.readouterr().err.startswith("madeleine: ")
    assert file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "other.jsonl"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe", b"PK\x03\x04", b"cup,1,2\n"])
def test_files_of_other_kinds(content, tmp_path, capsys):
    path = tmp_path / "x"
    path.write_bytes(content)
    assert run("check", path) == 1
    assert capsys.readouterr().err.startswith("madeleine: ")


def test_a_file_of_brownie_s_on_windows(tmp_path):
    path = tmp_path / "features.csv"
    path.write_bytes(b"\xef\xbb\xbf" + brownie.write(some(brownie.MODEL, settings={})).replace(b"\n", b"\r\n"))
    assert files.load(path, print).same(replace(some(brownie.MODEL), settings={}))
