# The firmware executes this file and nothing else; the app is main.py and lib/.
# import finds 'lib/screen.py', a flat name, through the relative entry 'lib' alone, not through '/flash/lib' (tried on
# v0.5.0_9); so the working folder, /sd when a card is in, has to be /flash.
import gc
import sys

import uos

if hasattr(gc, 'threshold'):  # until main.py has loaded all; without it the heap is cut up (docs/BOARD.md, Memory)
    gc.threshold(24576)
uos.chdir('/flash')
sys.path.insert(0, 'lib')
there = uos.listdir()
if 'next/sealed' in there:  # an update, not yet in its place (firmware/install.py)
    sys.path.insert(0, 'next')
try:
    import pack

    pack.mount(there)
except Exception:  # a cut while SPIFFS recycled has taken this file (docs/BOARD.md); an app that is packed has it twice
    if 'lib/spare.py' not in there and 'next/spare.py' not in there:
        raise
    import spare

    spare.mount(there)
del there  # a kilobyte, for as long as the app runs
import main

main.run()
