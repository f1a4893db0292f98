"""Version numbers: the app, the bytes of the store, the words of the link."""

APP = '1.0.0'
STORE = 3  # format of the examples on flash, docs/FORMATS.md
LINK = 1  # format of the lines on USB, docs/FORMATS.md
