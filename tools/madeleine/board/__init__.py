"""Everything that is put on a board, and why it does not run: flash, install, setup, doctor."""
