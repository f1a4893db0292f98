"""The KPU on the desk: reads, runs and writes the K210's kmodel files (version 3).

`Network.load(path).run(picture)`: uint8 (224, 224, 3) in, float32 (768,) out, to the bit as on the board.
"""

from .emulator.network import Network
from .errors import KmodelError

__all__ = ["KmodelError", "Network"]
