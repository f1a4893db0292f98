"""The command line: exit codes, one line on stderr for what went wrong, examples in the help."""

import os
import signal
import subprocess
import sys

import pytest
from madeleine import cli
from madeleine.commands import COMMANDS, sim
from madeleine.errors import ToolError
from madeleine.sim import scenes
from PIL import Image

from tests import ROOT

OF_THE_COMMAND_LINE = {
    "madeleine.cli",
    "madeleine.commands",
    "madeleine.errors",
    "madeleine.parser",
    "madeleine.terminal",
}


@pytest.fixture
def command(monkeypatch):
    """Replaces what `madeleine sim` does."""

    def replace(function):
        monkeypatch.setattr("madeleine.commands.sim._tour", function)

    return replace


def test_version(capsys):
    with pytest.raises(SystemExit) as exit:
        cli.main(["--version"])
    assert exit.value.code == 0
    assert capsys.readouterr().out.startswith("madeleine ")


def imported(*arguments):
    """Which modules a process has imported when `madeleine` with these arguments has ended."""
    program = f"import sys\nfrom madeleine.cli import main\ntry: main({arguments!r})\nexcept SystemExit: pass\n"
    command = [sys.executable, "-c", program + "print('\\n', *sys.modules)"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_what_needs_no_command_imports_none(arguments):
    modules = imported(*arguments)
    assert "madeleine.cli" in modules
    assert {name for name in modules if name.startswith("madeleine.")} <= OF_THE_COMMAND_LINE
    assert not modules & {"numpy", "rich", "PIL", "serial"}


def test_a_command_imports_itself_only():
    modules = imported("completion", "--help")
    assert modules & {f"madeleine.commands.{name}" for name in COMMANDS} == {"madeleine.commands.completion"}


def test_each_command_is_a_file_named_after_it():
    files = {file.stem for file in (ROOT / "tools/madeleine/commands").glob("*.py")}
    assert files - {"__init__"} == set(COMMANDS)


@pytest.mark.parametrize("arguments", [[], *([word] for word in COMMANDS)])
def test_help_has_examples(arguments, capsys):
    with pytest.raises(SystemExit) as exit:
        cli.main([*arguments, "-h"])
    assert exit.value.code == 0
    assert f"madeleine {' '.join(arguments)}" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["dance"], ["sim", "--dance"], ["sim", "--frames", "a", "--headless", "b"]])
def test_wrong_usage(arguments):
    with pytest.raises(SystemExit) as exit:
        cli.main(arguments)
    assert exit.value.code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("sim --out tour.xyz", "not a valid name of a picture"),
        ("examples list --file a --port b", "two places"),
        ("flash", "`madeleine setup` writes all that a camera needs"),
        ("monitor --check-rules", "no rules to check"),
        ("web --port 99999", "not a valid port"),
        ("cards cup -o cards.txt", "not a valid name of a sheet"),
        ("model edit tour -o t.kmodel", "nothing to change"),
    ],
)
def test_options_that_do_not_go_together(arguments, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments.split()) == 2
    told = capsys.readouterr().err
    assert message in told and told.count("\n") == 1


def test_an_error_moves_no_cursor(command, capsys):
    def fails(console, arguments):
        raise ToolError("\x1b]0;title\x07 and\nmore")

    command(fails)
    assert cli.main(["sim"]) == 1
    assert capsys.readouterr().err == "madeleine: \\x1b]0;title\\x07 and\\nmore\n"


def test_what_the_system_refuses_is_one_line(command, capsys):
    def fails(console, arguments):
        raise OSError(5, "Input/output error", "/disk/file")

    command(fails)
    assert cli.main(["sim"]) == 1
    assert capsys.readouterr().err.startswith("madeleine: /disk/file: Input/output error; ")


def test_an_error_is_one_line(command, capsys):
    def fails(console, arguments):
        raise ToolError("the cup fell; get another one")

    command(fails)
    assert cli.main(["sim"]) == 1
    assert capsys.readouterr().err == "madeleine: the cup fell; get another one\n"


def test_debug_shows_where(command, capsys):
    def fails(console, arguments):
        raise ToolError("the cup fell")

    command(fails)
    assert cli.main(["--debug", "sim"]) == 1
    assert "in fails" in capsys.readouterr().err


def test_ctrl_c_ends_with_130(command, capsys):
    before = signal.getsignal(signal.SIGINT)
    command(lambda console, arguments: os.kill(os.getpid(), signal.SIGINT))
    assert cli.main(["sim"]) == 130
    assert capsys.readouterr().err == "madeleine: interrupted\n"
    assert signal.getsignal(signal.SIGINT) is before


def test_a_scenario_that_fails_names_its_line(tmp_path, capsys):
    path = tmp_path / "wrong.txt"
    path.write_text('expect usb {"event": "ready"}\nexpect led red\n')
    assert cli.main(["sim", "--headless", str(path)]) == 1
    assert capsys.readouterr().err == f"madeleine: {path}:2: expect led red, but it is off\n"


def test_a_scenario_that_holds_and_its_shots(tmp_path, capsys):
    path = tmp_path / "right.txt"
    path.write_text('expect usb {"event": "ready"}\nshot start.png The start\n')
    assert cli.main(["sim", "--headless", str(path), "--shots", str(tmp_path / "shots")]) == 0
    assert (tmp_path / "shots" / "start.png").is_file()
    assert "as expected" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--headless", "missing.txt"], "missing.txt: cannot be read"),
        (["--frames", "missing"], "missing is not a folder"),
        (["--frames", "photographs"], "photographs/cup has one usable picture; give two at least"),
        (["--model", "no such model"], "no such model"),
        (["--model", "hello.txt"], "too few for a kmodel"),
        (["--out", "missing/tour.png"], "missing is not a folder"),
        (["--flash", "hello.txt"], "hello.txt is a file"),
        (["--headless", "hello.txt", "--shots", "hello.txt"], "hello.txt is a file"),
    ],
)
def test_what_is_missing_is_named(arguments, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hello.txt").write_text("hello\n")
    (tmp_path / "photographs/cup").mkdir(parents=True)
    Image.fromarray(scenes.scene("cup")).save(tmp_path / "photographs/cup/only.png")
    assert cli.main(["sim", *arguments]) == 1
    assert message in capsys.readouterr().err


def test_the_tour(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["sim", "--flash", "flash"]) == 0
    assert (tmp_path / "madeleine-tour.png").stat().st_size > 50_000
    assert "Everything was as expected." in capsys.readouterr().out
    assert cli.main(["sim", "--flash", "flash"]) == 1
    assert "give another folder" in capsys.readouterr().err


def test_the_tour_replaces_no_picture_unasked(tmp_path, monkeypatch):
    """What the tour would write, without the tour."""
    monkeypatch.chdir(tmp_path)
    names = []
    for _ in range(3):
        names.append(sim._unused(sim.SHEET).name)
        (tmp_path / names[-1]).touch()
    assert names == ["madeleine-tour.png", "madeleine-tour-2.png", "madeleine-tour-3.png"]
