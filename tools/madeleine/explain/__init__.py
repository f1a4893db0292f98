"""Why the camera says what it says: heat maps, as the camera makes them, and others to compare."""
