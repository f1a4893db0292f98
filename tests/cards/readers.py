"""Two readers of QR codes: zxing-cpp, and a quirc as the board has one."""

import warnings

import numpy as np
import zxingcpp
from numpy.typing import NDArray

GREY = np.array([0.299, 0.587, 0.114])


def zxing_reads(picture: NDArray[np.uint8], payload: bytes) -> bool:
    return payload in [code.bytes for code in zxingcpp.read_barcodes(picture)]


def quirc_reads(picture: NDArray[np.uint8], payload: bytes) -> bool:
    from quirc import decode  # compiled when it is installed: not everybody who tests has it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one for each code that is found and not read
        found = decode((picture @ GREY).astype(np.uint8))
    return payload in [bytes(data.payload) for _, data in filter(None, found) if data]
