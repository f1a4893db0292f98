"""The camera on its cable: where it is, the line to it, what it is asked and what it says."""
