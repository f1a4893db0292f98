"""Finished kmodels: what is in them, and what may be changed without the float network."""
