"""From the box to the first object: firmware, model and app in one command."""
