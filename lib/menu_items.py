"""What the items of the menu do."""

import sys

from micropython import const

import change as changes
import menu
import settings
from change import Change
from command import Command

_TYPING = const(0)
if _TYPING:
    from session import Session


def choose(session: 'Session') -> 'tuple[Change, ...]':
    """Button A in the menu, or in its list of classes."""
    chosen, item = session.menu, session.menu.choose(session.now_ms)
    if chosen.classes:
        chosen.close()
        session.select(item)
        return ()
    if settings.known(item):
        setting = settings.named(item)
        return (Change(changes.SETTING, setting.key, setting.after(session.memory.settings.value(item))),)
    if item == menu.CLASSES and session.classes.labels():
        from class_list import ClassList

        del sys.modules['class_list']
        chosen.open(session.now_ms, ClassList(session))
        return ()
    chosen.close()
    return _done(session, item)


def _done(session: 'Session', item: str) -> 'tuple[Change, ...]':
    """What an item does after which the menu is closed."""
    if item in menu.COMMANDS:
        return session.command(Command(*menu.COMMANDS[item]))
    if item == menu.FORGET:
        return session.forget_class(session.classes.current())
    if item == menu.CLASSES:
        return session.refuse('nothing', 'Nothing is taught yet')
    if item == menu.ABOUT:
        session.show_message(session.status.text())
    return ()
