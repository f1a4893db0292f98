"""Makes a feature model better at somebody's own things: its last convolutions learn from labelled pictures."""
