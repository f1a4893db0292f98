# The firmware executes this file and nothing else; the app is main.py and lib/.
# /flash has no folders: 'lib/screen.py' is a plain file name there. import finds it through the relative entry 'lib'
# and not through '/flash/lib' (tried on v0.5.0_9), so the working folder, /sd when a card is in, has to be /flash.
import sys
import uos

uos.chdir('/flash')
sys.path.insert(0, 'lib')
import main

main.run()
