"""The flat files of one folder of the board; the only place that opens any, but for the pack (pack.py)."""

import uio
import uos


class Files:
    """One open at a time: that is all /flash allows beside the running boot.py."""

    def __init__(self, folder):
        self._folder = folder

    def open(self, name, mode):
        """Open in mode rb, wb or ab; rb and ab need the file to be there."""
        return uio.open(self._path(name), mode)

    def remove(self, name):
        uos.remove(self._path(name))

    def size(self, name):
        """Bytes of a file, -1 when there is none."""
        try:
            return uos.stat(self._path(name))[6]
        except OSError:
            return -1

    def names(self):
        return uos.listdir(self._folder)

    def free_bytes(self):
        """Rounded down to SPIFFS's blocks of 128 KB."""
        info = uos.statvfs(self._folder)
        return info[0] * info[3]

    def _path(self, name):
        return self._folder + '/' + name
