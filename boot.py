# The firmware executes this file and nothing else; the app is main.py and lib/.
# /flash has no folders: 'lib/screen.py' is a plain file name, and '/flash/lib' works as an entry of the path.
import sys

sys.path.append('/flash/lib')
import main

main.run()
