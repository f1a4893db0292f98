"""What a start has to say of the store's files, to the user."""

from micropython import const

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from store_replay import Replay
    from store_summary import FileSummary

_MODEL = const(3)  # where in a header the identity of the model begins


def of_file(summary: 'FileSummary', reader: 'Replay') -> 'list[str]':
    """Of the file that counts, once it has been read."""
    count = reader.examples.count
    overflow = reader.overflow.count
    notes = []
    if overflow:
        notes.append('%d examples fit, %d on flash do not: forget a class.' % (count, overflow))
    if summary.sealed and reader.damaged == 1 and summary.torn and not reader.missing:
        notes.append('The last change was cut off while it was saved; all before it is there.')
    elif summary.sealed and reader.damaged:
        notes.append('%s was damaged: %d examples are lost, the rest is there.' % (summary.name, reader.missing))
    elif not summary.sealed and reader.records > 1:
        notes.append('%s was cut short: %d examples are left.' % (summary.name, count + overflow))
    elif not summary.sealed:
        notes.append(empty(summary.name))
    return notes


def empty(name: str) -> str:
    return '%s is empty: nothing was saved in it.' % name


def unreadable(name: str) -> str:
    return '%s cannot be read; *reset removes it.' % name


def foreign(name: str, header: bytes, ours: bytes) -> str:
    """Of a file with another header than ours."""
    if not 0 < header[0] <= ours[0]:
        return '%s is of another format and is left alone: update the camera to use it.' % name
    if header[_MODEL : len(ours)] != ours[_MODEL:]:
        return '%s belongs to another model and is left alone.' % name
    return '%s has vectors of another length and is left alone.' % name
