"""`python -m k210` from the folder `tools`, or from anywhere once the project is installed with `pip install -e`."""

import sys

from k210.command import main

sys.exit(main())
