"""The scenario language: what the world does before the camera, and what is expected of it."""
