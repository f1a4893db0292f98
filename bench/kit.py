"""Builds the photographs that models/README.md and docs/BOARD.md measure with, from their public repositories.

    python bench/kit.py FOLDER [--sets trashnet ...]

It needs git 2.29 or newer and the network. It fetches 50 MB of photographs and writes 25 MB. Running it again completes
the folder. kit.tsv lists each file and its path in the repository. To read repositories on disk instead, as
/MIRROR/OWNER/NAME.git: `git config --global url.file:///MIRROR/.insteadOf https://github.com/`.
"""

import argparse
import csv
import hashlib
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from madeleine.errors import ToolError
from madeleine.outputs import write_whole
from PIL import Image, ImageOps, UnidentifiedImageError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

HOST = "https://github.com/"
LIST = Path(__file__).with_name("kit.tsv")
LONG_SIDE_PX = 320
QUALITY = 85
BLOB_LIMIT_BYTES = 8 << 20  # the largest photograph of the list has 1.3 MB
AT_ONCE = 32  # objects that are read together
GIT_TIMEOUT_S = 1800  # for any one command
SLOW = ("-c", "http.lowSpeedLimit=1000", "-c", "http.lowSpeedTime=60")  # git gives up a transfer that has stopped


@dataclass(frozen=True)
class Source:
    """Where the photographs of a set come from, and the sha256 over all files of the set as they were measured."""

    repository: str
    commit: str
    licence: str
    sha256: str


SOURCES = {
    "fork_scissors": Source(
        "Azure-Samples/cognitive-services-sample-data-files",
        "65af3b93cab5f45c76594f3265210646d4b3809e",
        "MIT",
        "f85fc1be5f12d05cb2f7c72f872fea574afb36a5662b4071e1d46075bee1178f",
    ),
    "grocery": Source(
        "marcusklasson/GroceryStoreDataset",
        "fc80ba90f803d79d0383df52c5a4ac5de99ff6fc",
        "MIT",
        "f0c82f6d6005ceb6796e781f1743f94d26fda3b683baab6616d8e26c2373e540",
    ),
    "qr": Source(
        "zxing/zxing",
        "7f129804e396958ae762da288da5df330d142da0",
        "Apache-2.0",
        "c9c7e2639adfa3fe8ae0f07f15b44199682ace791c630ed090550702e79d0ffb",
    ),
    "rps_hands": Source(
        "tsyurii/kaust-dsa299-rps-dataset",
        "78d6481ca930ac4b732056c53890cfaf103ebcf5",
        "CDLA-Sharing-1.0",
        "e68700dccbdecbb96bef27a44b8c505f45abb6d5f032960e83527d5a130cc11e",
    ),
    "rps_janken": Source(
        "karaage0703/janken_dataset",
        "0017a6838d24935e07f9ed4176997cf79ac046ec",
        "MIT",
        "3fc34afa0bedbfaaa9a925225b1ec0cadad36936ec7697129f1b25b86fe3060f",
    ),
    "sign_digits": Source(
        "ardamavi/Sign-Language-Digits-Dataset",
        "4b09433ef9d5c60602e8805bb54b8aa2428527f8",
        "Apache-2.0",
        "72b9621738d546ce0335e4346f038fd9ae67f9684d82084ec3335818350d851f",
    ),
    "singles": Source(
        "google-coral/test_data",
        "104342d2d3480b3e66203073dac24f4e2dbb4c41",
        "CC BY 2.0 and 3.0",
        "db703e7f4f4f6df7c441dceee47b3b47fc26b320032430923c8765837b472cb4",
    ),
    "trashnet": Source(
        "congduytran12/Trash-Classification-",
        "00212f2c18dcdb9045c74481eaae5baaf72537df",
        "MIT",
        "dbd76f5d482f8a15c157bffe201e3ee2f676aa9ce0c4927c785c1e9a43f62bdb",
    ),
    "water_glass": Source(
        "qcif-training/2025-04-15-QCIF-Regression-Jupyter",
        "d46dc89288ce5dfbe2074ad7b27dafb39bd4076f",
        "CC BY-SA 4.0",
        "eb89a563b4933c450b4e2f825959166cc1a9fa412e0e0516fad1caf4ad390a0e",
    ),
}


@dataclass(frozen=True)
class Photograph:
    """One row of the list."""

    file: str  # in the kit
    path: str  # in the repository


def photographs() -> dict[str, list[Photograph]]:
    """The photographs of each set."""
    sets: dict[str, list[Photograph]] = {name: [] for name in SOURCES}
    with LIST.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            sets[PurePosixPath(row["file"]).parts[0]].append(Photograph(row["file"], row["path"]))
    return sets


def shrink(data: bytes, name: str) -> bytes:
    """The JPEG that the kit has of a photograph: upright, RGB, long side 320 px at most. ToolError if unreadable."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            small = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError) as error:
        raise ToolError(f"{name} is not a picture ({error})") from error
    small.thumbnail((LONG_SIDE_PX, LONG_SIDE_PX), Image.Resampling.LANCZOS)
    jpeg = io.BytesIO()
    small.save(jpeg, "JPEG", quality=QUALITY, optimize=True)
    return jpeg.getvalue()


class Repository:
    """One commit of a public repository, fetched into a folder without its files; those come when they are wanted."""

    def __init__(self, source: Source, folder: Path):
        self.source, self.folder = source, folder

    def fetch(self, paths: Sequence[str]) -> dict[str, str]:
        """Fetches the commit and the files; returns the object name of each path."""
        self._git("init", "--quiet", "--bare")
        self._git("config", "remote.origin.url", f"{HOST}{self.source.repository}.git")
        options = ("--quiet", "--no-tags", "--depth=1", "--filter=blob:none")
        self._git(*SLOW, "fetch", *options, "origin", self.source.commit)
        names = self._names(paths)
        missing = self._missing() & set(names.values())
        if missing:
            lines = "".join(f"{name}\n" for name in sorted(missing))
            self._git(*SLOW, "fetch", *options[:2], "--filter=blob:none", "--stdin", "origin", given=lines)
        return names

    def read(self, names: Sequence[str]) -> Iterator[bytes]:
        """The content of each object."""
        for start in range(0, len(names), AT_ONCE):
            some = "".join(f"{name}\n" for name in names[start : start + AT_ONCE])
            sizes = [int(line.split()[2]) for line in self._git("cat-file", "--batch-check", given=some).splitlines()]
            if max(sizes) > BLOB_LIMIT_BYTES:
                raise ToolError(
                    f"{self.source.repository} has a file of {max(sizes)} bytes, {BLOB_LIMIT_BYTES} is the limit"
                )
            content = io.BytesIO(self._git("cat-file", "--batch", given=some))
            for size in sizes:
                content.readline()  # name, kind, size
                yield content.read(size)
                content.readline()

    def _names(self, paths: Sequence[str]) -> dict[str, str]:
        wanted, names = set(paths), {}
        for line in self._git("ls-tree", "-r", "-z", self.source.commit).decode("utf-8", "replace").split("\0"):
            about, _, path = line.partition("\t")
            if path in wanted:
                names[path] = about.split()[2]
        if absent := wanted - names.keys():
            raise ToolError(f"{self.source.repository} lacks {min(absent)} at {self.source.commit[:8]}")
        return names

    def _missing(self) -> set[str]:
        """The objects of the commit that are not here; a server that knows no filters has sent all."""
        listed = self._git("rev-list", "--objects", "--missing=print", self.source.commit).decode("utf-8", "replace")
        return {line[1:] for line in listed.splitlines() if line.startswith("?")}

    def _git(self, *arguments: str, given: str = "") -> bytes:
        command = ["git", "--git-dir", str(self.folder), *arguments]
        environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
        try:
            done = subprocess.run(
                command, input=given.encode(), capture_output=True, env=environment, timeout=GIT_TIMEOUT_S, check=True
            )
        except FileNotFoundError as error:
            raise ToolError("git is not installed; the photographs are fetched with it") from error
        except subprocess.TimeoutExpired as error:
            raise ToolError(f"{self.source.repository}: git did not end in {GIT_TIMEOUT_S} s; run it again") from error
        except subprocess.CalledProcessError as error:
            reason = error.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"exit {error.returncode}"]
            raise ToolError(f"{self.source.repository} cannot be fetched ({reason[0]}); run it again") from error
        return done.stdout


def build(folder: Path, name: str, wanted: Sequence[Photograph], progress: Progress) -> None:
    """Completes one set in the folder."""
    task = progress.add_task(name, total=len(wanted))
    absent = [one for one in wanted if not (folder / one.file).is_file()]
    progress.advance(task, len(wanted) - len(absent))
    if not absent:
        return
    progress.update(task, description=f"{name}: fetching {SOURCES[name].repository}")
    with tempfile.TemporaryDirectory(prefix=f".{name}.", dir=folder) as copy:
        repository = Repository(SOURCES[name], Path(copy))
        names = repository.fetch([one.path for one in absent])
        progress.update(task, description=name)
        for one, data in zip(absent, repository.read([names[one.path] for one in absent]), strict=True):
            (folder / one.file).parent.mkdir(parents=True, exist_ok=True)
            write_whole(folder / one.file, shrink(data, one.path))
            progress.advance(task)


def digest(folder: Path, wanted: Sequence[Photograph]) -> str:
    """The sha256 over the files of a set, one after another in the order of their names."""
    whole = hashlib.sha256()
    for one in sorted(wanted, key=lambda one: one.file):
        whole.update((folder / one.file).read_bytes())
    return whole.hexdigest()


def main() -> int:
    """Reads the command line, builds the sets and compares them with those that were measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="for the photographs: FOLDER/SET/CLASS/*.jpg")
    parser.add_argument("--sets", metavar="SET", nargs="+", choices=SOURCES, default=list(SOURCES), help="not all")
    arguments = parser.parse_args()
    console, columns = Console(), (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    listed = photographs()
    try:
        arguments.folder.mkdir(parents=True, exist_ok=True)
        with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
            for name in arguments.sets:
                build(arguments.folder, name, listed[name], progress)
    except (ToolError, OSError) as error:
        print(f"kit: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("kit: interrupted; running it again completes the folder", file=sys.stderr)
        return 130
    for name in arguments.sets:
        same = digest(arguments.folder, listed[name]) == SOURCES[name].sha256
        verdict = "the very bytes that were measured" if same else "other bytes than were measured (another Pillow?)"
        console.print(f"{name}: {SOURCES[name].repository}, {SOURCES[name].licence}; {verdict}", soft_wrap=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
