"""`micropython`: what the app uses of it."""


def const(value):
    """Folded by the board's compiler; here it is just its value."""
    return value
