"""Brownie's own monitor for Node, as it is, hears `*link brownie` and runs its rule.

BROWNIE names a checkout of ksasao/brownie, whose program is not ours to give away; npm brings what that needs.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from madeleine import Camera

from tests import ROOT
from tests.fakes import virtual_camera
from tests.micropython.npm import Unavailable, node, npm
from tests.monitor.servers import WAIT_S

FOLDER = "tool/BrownieMonitor/BrownieMonitorNodeJs"
INSTALL_S = 240  # serialport 8 is compiled


@pytest.fixture
def monitor(tmp_path: Path) -> Path:
    """A folder with the program and the packages that its own list names."""
    checkout = os.environ.get("BROWNIE")
    if not checkout:
        pytest.skip("BROWNIE does not name a checkout of ksasao/brownie (CONTRIBUTING.md)")
    folder = shutil.copytree(Path(checkout) / FOLDER, tmp_path / "monitor")
    cache = Path(os.environ.get("MADELEINE_CACHE") or ROOT / ".cache") / "npm" / "brownies-monitor"
    if not (cache / "node_modules").is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / "package.json", cache)
        try:
            subprocess.run([*npm(), "install"], cwd=cache, capture_output=True, check=True, timeout=INSTALL_S)
        except (Unavailable, subprocess.SubprocessError) as error:
            shutil.rmtree(cache)
            pytest.skip(f"npm install of what Brownie's monitor needs: {error}")
    (folder / "node_modules").symlink_to(cache / "node_modules")
    return folder


@pytest.fixture
def port(tmp_path: Path) -> Iterator[str]:
    """A camera that has learned a cup, sees it come and go, and speaks as Brownie does."""
    with virtual_camera.started(tmp_path / "flash", "--scenes", "cup", "desk") as process:
        try:
            device = process.stdout.readline().strip()
            with Camera(device) as camera:
                camera.learn("cup")
                camera.board.line.write(b"\r*link brownie\r")  # which has no answer any more
            yield device
        finally:
            process.kill()


def test_it_runs_its_rule(monitor: Path, port: str) -> None:
    fired = monitor / "fired"
    os.mkfifo(fired)
    rules = [{"if": "pen", "then": "echo wrong > fired"}, {"if": "cup", "then": "echo the cup > fired"}]
    (monitor / "config.json").write_text(json.dumps({"comPort": port, "serverPort": 0, "rules": rules}))
    with subprocess.Popen([*node(), "server.js"], cwd=monitor, stdout=subprocess.DEVNULL) as process:
        heard = subprocess.run(["cat", str(fired)], capture_output=True, text=True, timeout=WAIT_S, check=True)
        process.kill()
    assert heard.stdout.startswith("the cup\n")
