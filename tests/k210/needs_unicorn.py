"""Importing this skips the test's module where Unicorn is missing."""

import pytest

pytest.importorskip("unicorn", reason="the K210 emulator needs the package unicorn: pip install -e '.[board]'")
