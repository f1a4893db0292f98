"""`python -m madeleine` is `madeleine`."""

import sys

from madeleine.cli import main

sys.exit(main())
