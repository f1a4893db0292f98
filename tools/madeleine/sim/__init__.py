"""The virtual board: the unmodified files of the board, run against stand-ins for MaixPy's modules."""
