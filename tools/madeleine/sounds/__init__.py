"""Sounds for the camera: voices made by a synthesiser, WAV files as it plays them, and their places."""
