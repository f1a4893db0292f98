"""What the shell completes: asked of bash itself."""

import shutil
import subprocess

import pytest
from madeleine import cli


@pytest.fixture(scope="module")
def completed(tmp_path_factory):
    """Gives what bash offers behind some words of a command line."""
    if not shutil.which("bash"):
        pytest.skip("no bash")
    folder = tmp_path_factory.mktemp("completion")
    (folder / "cup.kmodel").touch()

    def ask(script: str, *words: str) -> set[str]:
        line = " ".join(f"'{word}'" for word in words)
        asked = f"COMP_WORDS=({line})\nCOMP_CWORD={len(words) - 1}\n_shtab_madeleine\n"
        program = f"{script}\n{asked}printf '%s\\n' \"${{COMPREPLY[@]}}\""
        done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, cwd=folder, timeout=60)
        return set(done.stdout.split())

    return ask


def script(capsys, shell: str) -> str:
    assert cli.main(["completion", shell]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["madeleine", "set"], {"setup"}),
        (["madeleine", "examples", "ex"], {"export"}),
        (["madeleine", "setup", "--dry"], {"--dry-run"}),
        (["madeleine", "setup", "--model", "cu"], {"cup.kmodel"}),
    ],
)
def test_bash(completed, capsys, words, offered):
    assert completed(script(capsys, "bash"), *words) == offered


def test_zsh(capsys):
    assert script(capsys, "zsh").startswith("#compdef madeleine")
