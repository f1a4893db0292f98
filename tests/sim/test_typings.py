"""The stand-ins have what `typings/` promises of MaixPy's modules, with the same parameters (mypy's stubtest)."""

import os
import re
import subprocess
import sys
from pathlib import Path

BUILDS = ("v0.5.0_9", "v0.6.3", "v5.1.2")  # together they have every module, class and function
STUBTEST = """
import sys
from madeleine.sim.world import world
from mypy import stubtest
world.power_on(build=sys.argv.pop(1))
sys.exit(stubtest.main())
"""
MISSING = re.compile(r"(?:is not present at runtime|failed to import.*)$")
UNMADE = r""".*\._\w+\.__init__
uio\.FileIO\.__init__
"""  # objects that only their module makes


def complaints(build: str, root: Path, allowed: Path) -> set[str]:
    """What stubtest says of the stand-ins in one build."""
    names = sorted(path.stem for path in (root / "typings").glob("*.pyi"))
    paths = os.pathsep.join(str(root / folder) for folder in ("tools/madeleine/sim/fakes", "tools"))
    options = ["--concise", "--ignore-missing-stub", "--ignore-unused-allowlist", "--allowlist", str(allowed)]
    done = subprocess.run(
        [sys.executable, "-c", STUBTEST, build, *options, *names],
        cwd=allowed.parent,
        env={**os.environ, "PYTHONPATH": paths, "MYPYPATH": str(root / "typings")},
        capture_output=True,
        check=False,
    )
    assert not done.stderr, done.stderr.decode()
    return set(done.stdout.decode().splitlines())


def test_stand_ins_have_what_the_stubs_promise(root: Path, tmp_path: Path) -> None:
    allowed = tmp_path / "allowed"
    allowed.write_text(UNMADE)
    said = {build: complaints(build, root, allowed) for build in BUILDS}
    everywhere = set.intersection(*said.values())
    wrong = {line for line in said[BUILDS[0]] if not MISSING.search(line)}
    assert everywhere | wrong == set()
    assert any("machine.WDT" in line for line in said["v0.5.0_9"]), "stubtest sees what a build lacks"


def test_all_that_has_a_stand_in_and_is_used_has_a_stub(root: Path) -> None:
    stand_ins = {path.stem for path in (root / "tools/madeleine/sim/fakes").glob("*.py")}
    assert stand_ins - {path.stem for path in (root / "typings").glob("*.pyi")} == {"pmu"}
