"""The commands of `madeleine`, one a file, named after it."""
