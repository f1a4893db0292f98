"""What a test on the real firmware needs; importing this skips the test's module where that is missing."""

import os

import pytest

pytest.importorskip("unicorn", reason="the K210 emulator needs the package unicorn: pip install -e .[board]")
if not os.environ.get("MAIXPY_FIRMWARE"):
    pytest.skip("MAIXPY_FIRMWARE does not name a firmware image", allow_module_level=True)

from tests.firmware.prompt import MODEL, PHOTOGRAPHS

if not MODEL.is_file() or not PHOTOGRAPHS.is_dir():
    pytest.skip(
        "Brownie's model or the photographs are missing (CONTRIBUTING.md, \"Tests on the firmware\")",
        allow_module_level=True,
    )
