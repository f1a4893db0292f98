"""Images of a memory card with a FAT16 partition: written from files, and read again."""

import struct
from collections.abc import Iterator, Mapping
from typing import TypeAlias, Union

SECTOR_BYTES = 512
START_SECTOR = 2048  # of the partition
CARD_BYTES = 64 << 20
MOST_CLUSTERS, FEWEST_CLUSTERS, TOO_MANY_CLUSTERS = 60000, 4085, 65525  # FAT16 is told by their number
ROOT_ENTRIES = 512
ENTRY_BYTES, NAME_BYTES = 32, 26  # of a directory's entry; of a long name in one
LAST_CLUSTER = 0xFFFF
DIRECTORY, FILE, LONG_NAME, LABEL = 0x10, 0x20, 0x0F, 0x08  # attributes
DATE = 0x4A21
SHORT_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
Tree: TypeAlias = dict[str, Union["Tree", bytes]]


def make_fat(files: Mapping[str, bytes], size: int = CARD_BYTES) -> bytes:
    """A card (with a partition table) that holds {path: bytes}; ValueError when they do not fit."""
    tree: Tree = {}
    for path, content in files.items():
        *folders, name = [part for part in path.split("/") if part]
        node = tree
        for folder in folders:
            node = _folder(node, folder)
        node[name] = content
    return _Writer(size).image(tree)


def _folder(node: Tree, name: str) -> Tree:
    inner = node.setdefault(name, {})
    if isinstance(inner, bytes):
        raise ValueError(f"{name} is a file and a folder; rename one of them")
    return inner


class _Writer:
    """Lays files and folders out in the clusters of a partition."""

    def __init__(self, size: int) -> None:
        self._image = bytearray(size)
        self._sectors = size // SECTOR_BYTES - START_SECTOR
        self._cluster_sectors = 1
        while self._sectors // self._cluster_sectors > MOST_CLUSTERS:
            self._cluster_sectors *= 2
        self._fat_sectors = -(-(self._sectors // self._cluster_sectors + 2) * 2 // SECTOR_BYTES)
        self._data = 1 + 2 * self._fat_sectors + ROOT_ENTRIES * ENTRY_BYTES // SECTOR_BYTES  # sector
        self._clusters = (self._sectors - self._data) // self._cluster_sectors
        if not FEWEST_CLUSTERS <= self._clusters < TOO_MANY_CLUSTERS:
            raise ValueError(f"a card of {size} bytes cannot be FAT16; 64 MB can")
        self._fat = [0xFFF8, LAST_CLUSTER]

    def image(self, tree: Tree) -> bytes:
        """The whole card."""
        root = self._entries(tree, 0)
        if len(root) > ROOT_ENTRIES * ENTRY_BYTES:
            raise ValueError("too many files in the root folder of the card; put some into a folder")
        self._write_tables()
        self._put(1 + 2 * self._fat_sectors, root)
        table = struct.pack(f"<{len(self._fat)}H", *self._fat)
        for copy in range(2):
            self._put(1 + copy * self._fat_sectors, table)
        return bytes(self._image)

    def _put(self, sector: int, data: bytes) -> None:
        """Data at a sector of the partition."""
        at = (START_SECTOR + sector) * SECTOR_BYTES
        self._image[at : at + len(data)] = data

    def _write_tables(self) -> None:
        row = struct.pack("<BBBBBBBBII", 0, 1, 1, 0, 0x06, 254, 255, 255, START_SECTOR, self._sectors)
        self._image[446:462] = row
        small, large = (self._sectors, 0) if self._sectors < 1 << 16 else (0, self._sectors)
        boot = struct.pack(
            "<3s8sHBHBHHBHHHII",
            b"\xeb\x3c\x90", b"K210EMU ", SECTOR_BYTES, self._cluster_sectors, 1, 2, ROOT_ENTRIES,
            small, 0xF8, self._fat_sectors, 63, 255, START_SECTOR, large,
        )  # fmt: skip
        boot += struct.pack("<BBBI11s8s", 0x80, 0, 0x29, 0x12345678, b"K210       ", b"FAT16   ")
        self._put(0, boot)
        for end in (SECTOR_BYTES, (START_SECTOR + 1) * SECTOR_BYTES):
            self._image[end - 2 : end] = b"\x55\xaa"

    def _store(self, data: bytes) -> int:
        """Puts data into the next clusters; the first one's number, 0 for no data."""
        if not data:
            return 0
        cluster_bytes = self._cluster_sectors * SECTOR_BYTES
        first, count = len(self._fat), -(-len(data) // cluster_bytes)
        if first + count > self._clusters + 2:
            raise ValueError("the files do not fit on the card")
        self._fat.extend([*range(first + 1, first + count), LAST_CLUSTER])
        self._put(self._data + (first - 2) * self._cluster_sectors, data)
        return first

    def _entries(self, folder: Tree, own: int) -> bytes:
        """The entries of a folder, whose contents are stored first."""
        entries, used = b"", set[bytes]()
        for name, content in folder.items():
            if isinstance(content, bytes):
                entries += _entry(name, FILE, self._store(content), len(content), used)
            else:
                entries += _entry(name, DIRECTORY, self._store_folder(content, own), 0, used)
        return entries

    def _store_folder(self, folder: Tree, parent: int) -> int:
        room = ENTRY_BYTES * (2 + sum(2 + len(name) // 13 for name in folder))
        own = self._store(bytes(room))
        entries = _short_entry(b".".ljust(11), DIRECTORY, own, 0) + _short_entry(b"..".ljust(11), DIRECTORY, parent, 0)
        self._put(self._data + (own - 2) * self._cluster_sectors, entries + self._entries(folder, own))
        return own


def _entry(name: str, attributes: int, cluster: int, size: int, used: set[bytes]) -> bytes:
    """The entry of a file, after those of its long name when its short one says less."""
    short = _short_name(name, used)
    entry = _short_entry(short, attributes, cluster, size)
    return entry if _as_text(short) == name else _long_entries(name, short) + entry


def _short_entry(name: bytes, attributes: int, cluster: int, size: int) -> bytes:
    return struct.pack(
        "<11sBBBHHHHHHHI", name, attributes, 0, 0, 0, DATE, DATE, 0, 0, DATE, cluster, size
    )  # fmt: skip


def _as_text(short: bytes) -> str:
    base, extension = short[:8].decode("latin1").rstrip(), short[8:].decode("latin1").rstrip()
    return f"{base}.{extension}" if extension else base


def _short_name(name: str, used: set[bytes]) -> bytes:
    """The name as FAT knows it, 8 and 3 letters; a number makes it the only one."""
    base, dot, extension = name.rpartition(".")
    if not dot:
        base, extension = name, ""
    clean = "".join(c if c in SHORT_CHARACTERS else "_" for c in base.upper() if c != " ")
    extension = "".join(c if c in SHORT_CHARACTERS else "_" for c in extension.upper())[:3]
    whole = (clean.ljust(8) + extension.ljust(3)).encode()
    if clean == base and len(clean) <= 8 and name.upper() == name and whole not in used:
        used.add(whole)
        return whole
    for number in range(1, 100_000):
        tail = f"~{number}"
        short = ((clean[: 8 - len(tail)] + tail).ljust(8) + extension.ljust(3)).encode()
        if short not in used:
            used.add(short)
            return short
    raise ValueError(f"too many files with a name like {name}")


def _long_entries(name: str, short: bytes) -> bytes:
    characters = name.encode("utf-16le")
    characters += b"\0\0" if len(characters) % NAME_BYTES else b""
    characters += b"\xff" * (-len(characters) % NAME_BYTES)
    count, checksum, entries = len(characters) // NAME_BYTES, _checksum(short), b""
    for number in range(count, 0, -1):
        part = characters[(number - 1) * NAME_BYTES : number * NAME_BYTES]
        order = number | (0x40 if number == count else 0)
        entries += bytes([order]) + part[:10] + bytes([LONG_NAME, 0, checksum]) + part[10:22] + b"\0\0" + part[22:]
    return entries


def _checksum(short: bytes) -> int:
    total = 0
    for character in short:
        total = (total >> 1) + ((total & 1) << 7) + character & 0xFF
    return total


def read_fat(image: bytes | bytearray) -> dict[str, bytes]:
    """{path: bytes} of the first partition of a card."""
    return dict(_Reader(image).files())


class _Reader:
    def __init__(self, image: bytes | bytearray) -> None:
        self._image = image
        partition = struct.unpack_from("<I", image, 454)[0] * SECTOR_BYTES
        cluster_sectors, reserved, fats, root_entries = struct.unpack_from("<BHBH", image, partition + 13)
        (fat_sectors,) = struct.unpack_from("<H", image, partition + 22)
        self._fat = partition + reserved * SECTOR_BYTES
        self._root = partition + (reserved + fats * fat_sectors) * SECTOR_BYTES
        self._data = self._root + root_entries * ENTRY_BYTES
        self._cluster_bytes = cluster_sectors * SECTOR_BYTES

    def files(self) -> Iterator[tuple[str, bytes]]:
        yield from self._walk(bytes(self._image[self._root : self._data]), "/")

    def _chain(self, cluster: int) -> bytes:
        content = bytearray()
        while 2 <= cluster < 0xFFF0:
            at = self._data + (cluster - 2) * self._cluster_bytes
            content += self._image[at : at + self._cluster_bytes]
            (cluster,) = struct.unpack_from("<H", self._image, self._fat + 2 * cluster)
        return bytes(content)

    def _walk(self, folder: bytes, prefix: str) -> Iterator[tuple[str, bytes]]:
        long_name = ""
        for at in range(0, len(folder), ENTRY_BYTES):
            entry = folder[at : at + ENTRY_BYTES]
            if not entry[0]:
                return
            if entry[11] == LONG_NAME and entry[0] != 0xE5:
                part = (entry[1:11] + entry[14:26] + entry[28:32]).decode("utf-16le", "replace")
                long_name = part.split("\0")[0].rstrip("\uffff") + long_name
                continue
            name, long_name = long_name or _name_of(entry), ""
            if entry[0] == 0xE5 or name in (".", "..") or entry[11] & LABEL:
                continue
            cluster, size = struct.unpack_from("<HI", entry, 26)
            if entry[11] & DIRECTORY:
                yield from self._walk(self._chain(cluster), prefix + name + "/")
            else:
                yield prefix + name, self._chain(cluster)[:size]


def _name_of(entry: bytes) -> str:
    """The short name; two bits say which half of it is meant in lower case."""
    base, extension = entry[:8].decode("latin1").rstrip(), entry[8:11].decode("latin1").rstrip()
    base = base.lower() if entry[12] & 8 else base
    extension = extension.lower() if entry[12] & 16 else extension
    return f"{base}.{extension}" if extension else base
