"""Compiles the files given, each for itself, and prints the name of each that MicroPython takes."""

import sys

for name in sys.argv[1:]:
    with open(name) as file:
        text = file.read()
    try:
        compile(text, name, 'exec')
        print(name)
    except SyntaxError as error:
        print(name, 'does not compile:', error)
