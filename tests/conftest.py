"""Settings and fixtures for all tests: where the repository and the shared reference data are."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Machines differ in speed, so no deadline; in CI the same examples each time.
settings.register_profile("madeleine", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("madeleine")

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="take what the scenarios give now as the golden files")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root, which mirrors the board's flash."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference photographs and models beside the repository; a skip without it, a failure in CI."""
    folder = ROOT.parent / "shared"
    if not (folder / "models").is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"CI needs the reference data in {folder}")
        pytest.skip(f"no reference data in {folder}")
    return folder
