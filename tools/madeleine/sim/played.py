"""What the virtual board plays: whose sound it is, and how long it takes. Runs under CPython and MicroPython."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from madeleine.sim.world import World

HEADER_BYTES = 44
PAIR_BYTES = 4  # two samples of 16 bits, left and right


def play(world: 'World', words: bytes, rate_hz: int, audible: bool) -> None:
    """Words for the loudspeaker, which begin when those before are over: of a WAV file, or else a beep."""
    if world.sound_until_ms > world.now_ms:
        world.sleep_ms(world.sound_until_ms - world.now_ms)
    world.sound_until_ms = world.now_ms + len(words) // PAIR_BYTES * 1000 // rate_hz
    if not audible:
        return
    candidates = [('', world.sound_rest)]
    candidates.extend(_files(world))
    for data in (words, _left(words)):
        for name, samples in candidates:
            if _begins(samples, data):
                world.sound_rest = samples[len(data) :]
                if name:
                    world.sounds.append(name)
                return
    world.beeps.append((rate_hz, words))


def _begins(samples: bytes, data: bytes) -> bool:
    """Are the data the first of the samples, or all of them and silence?"""
    count = min(len(samples), len(data))
    return count > 0 and samples[:count] == data[:count] and not any(data[count:])


def _left(words: bytes) -> bytes:
    """The samples for one side."""
    return b''.join([words[i : i + 2] for i in range(0, len(words), PAIR_BYTES)])


def _files(world: 'World') -> 'Iterator[tuple[str, bytes]]':
    """Names and samples of the WAV files there are."""
    for storage in [storage for storage in (world.card, world.flash) if storage is not None]:
        for path in storage.files:
            if path.startswith('voice/') and path.endswith('.wav'):
                data = bytes(storage.files[path])
                yield path[len('voice/') :], data[HEADER_BYTES : HEADER_BYTES + _size(data)]


def _size(data: bytes) -> int:
    return int.from_bytes(data[40:HEADER_BYTES], 'little')
