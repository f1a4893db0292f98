"""The tests of everything: a folder a package, as in the code; fakes/, scenarios/ and golden/ are for all of them."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
