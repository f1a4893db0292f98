"""Firmware and models onto the board's flash: packages, the catalogue of firmwares, and kflash behind a guard."""
