"""How good a feature model is at the camera's job: few examples, k = 1, and a limit for what is unknown."""
