"""What the other tests of the cable have: a lying boot ROM, a prompt."""

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path += [str(TESTS / "flash"), str(TESTS / "host")]
