"""What costs how much: programs that measure, `python -m bench.NAME` in the repository's root.

They use the board's modules and the tests' fakes as the tests do, from the folders that pyproject.toml names.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / folder) for folder in ("tools", "lib", "tools/madeleine/sim/fakes")]
