"""QR cards: names and commands on paper."""
