"""`uhashlib` of MaixPy: SHA-256, made by the chip, in one piece."""

import hashlib as _hashlib


class sha256:
    def __init__(self, data=b''):
        self._hash = _hashlib.sha256(data)

    def digest(self):
        return self._hash.digest()
