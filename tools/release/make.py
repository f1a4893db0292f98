"""Makes in a folder all that a release hands out, and tries the wheel: `python -m release.make dist`.

The sdist; the wheel that is built from it; their bill of materials; with --firmware a package that makes a camera
(kflash_gui); SHA256SUMS. It stops at the first thing that is not as it should be.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUMS = "SHA256SUMS"
OURS = ("madeleine*", SUMS)  # what an earlier run has left
EXTRA = "web"  # as in the first lines of README.md
FOREIGN = ("PYTHONPATH", "VIRTUAL_ENV")  # of the one who makes the release
TRIALS = (  # what has to work from the wheel alone; together they read every kind of file in it
    ["--version"],
    ["sim", "--out", "tour.png"],
    ["web", "--help"],
    ["install", "--help"],
    ["model", "list"],
    ["pack", "--app", "--model", "madeleine", "--firmware", "firmware.bin", "-o", "camera.kfpkg"],
    ["flash", "camera.kfpkg", "--dry-run"],
)


Words = list[str | Path]  # a command


def main() -> None:
    """Makes them; an environment that is named and exists keeps the libraries that it has (.ci/run has one)."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where they go")
    parser.add_argument("--environment", type=Path, metavar="VENV", help="try the wheel in this one")
    parser.add_argument("--firmware", metavar="FILE.bin", help="a firmware image of your own, for the package")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    with tempfile.TemporaryDirectory(prefix="madeleine-") as temporary:
        wheel = build(folder, Path(temporary))
        python = install(wheel, (arguments.environment or Path(temporary) / "venv").absolute())
        try_out(python, Path(temporary))
        bill(python, wheel)
        if arguments.firmware:
            package = wheel.with_name(f"{_stem(wheel)}.kfpkg")
            model = ["--model", "madeleine", "--firmware", str(Path(arguments.firmware).resolve())]
            _run([python.with_name("madeleine"), "pack", "--app", *model, "-o", package], Path(temporary))
    print(sums(folder), end="")


def build(folder: Path, beside: Path) -> Path:
    """sdist and wheel into the folder; the wheel, which is the same from the sdist and from the checkout."""
    for pattern in OURS:
        for old in folder.glob(pattern):
            old.unlink()
    program: Words = [sys.executable, "-m", "build", "--no-isolation", "--outdir"]
    _run([*program, folder, ROOT], ROOT)  # the wheel from the sdist
    _run([*program, beside, "--wheel", ROOT], ROOT)
    (wheel,) = folder.glob("*.whl")
    if wheel.read_bytes() != (beside / wheel.name).read_bytes():
        raise SystemExit(f"{wheel.name} differs between the sdist and the checkout: is a file in .gitignore?")
    return wheel


def install(wheel: Path, environment: Path) -> Path:
    """The Python of an environment that has this wheel and what it needs, and nothing else if it is a new one."""
    if not environment.exists():
        _run([sys.executable, "-m", "venv", "--without-pip", environment], ROOT)
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip: Words = [sys.executable, "-m", "pip", "--python", python]
    _run([*pip, "install", "--quiet", f"{wheel}[{EXTRA}]"], ROOT)
    _run([*pip, "install", "--quiet", "--no-deps", "--force-reinstall", wheel], ROOT)  # had it this version already
    return python


def try_out(python: Path, folder: Path) -> None:
    """Runs the commands of TRIALS in a folder outside of the checkout."""
    (folder / "firmware.bin").write_bytes(b"no firmware")
    for words in TRIALS:
        _run([python.with_name("madeleine"), *words], folder, stdout=subprocess.DEVNULL)


def bill(python: Path, wheel: Path) -> None:
    """What is in the environment, as CycloneDX, next to the wheel."""
    place = wheel.with_name(f"{_stem(wheel)}.cdx.json")
    program: Words = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "-o", place]
    _run([*program, "--pyproject", ROOT / "pyproject.toml", python], ROOT)
    found = json.loads(place.read_text(encoding="utf-8"))
    found["metadata"]["component"]["version"] = wheel.name.split("-")[1]  # pyproject.toml leaves it to lib/version.py
    place.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def sums(folder: Path) -> str:
    """The checksums of all that is in the folder, as `sha256sum -c` reads them; also in its file SHA256SUMS."""
    made = sorted(path for path in folder.iterdir() if path.is_file() and path.name != SUMS)
    text = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made)
    (folder / SUMS).write_text(text, encoding="utf-8", newline="\n")
    return text


def _stem(wheel: Path) -> str:
    """The name with its version, and no more."""
    return "-".join(wheel.name.split("-")[:2])


def _run(words: Words, folder: Path, stdout: int | None = None) -> None:
    """Runs a program, which has to end well, as somebody would who has only that environment."""
    environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    command = [str(word) for word in words]
    print(f"$ {' '.join(command)}", flush=True)
    done = subprocess.run(command, cwd=folder, env=environment, stdout=stdout)  # noqa: S603 - words of our own
    if done.returncode:
        raise SystemExit(f"it ended with {done.returncode}")


if __name__ == "__main__":
    main()
