"""What the menu does with a press, and what each of its items does. The words of a card or host: actions.py."""

import sys

from micropython import const

import change as changes
import menu
import settings
from change import Change

_TYPING = const(0)
if _TYPING:
    from session import Session


def use(session: 'Session', gesture: str) -> 'tuple[Change, ...]':
    """A gesture while the menu is open: B goes on, A chooses, holding one closes it."""
    if gesture == 'B':
        session.menu.next(session.now_ms)
        return ()
    if gesture != 'A':
        session.menu.close()
        return ()
    item = session.menu.choose(session.now_ms)
    if session.menu.classes:
        session.menu.close()
        session.select(item)
        return ()
    if settings.known(item):
        setting = settings.named(item)
        return (Change(changes.SETTING, setting.key, setting.after(session.memory.settings.value(item))),)
    if item == menu.SET:
        return (Change(changes.USE, session.status.next_set()),)
    if item == menu.CLASSES and session.classes.labels():
        from class_list import ClassList

        del sys.modules['class_list']
        session.menu.open(session.now_ms, classes=ClassList(session))
        return ()
    session.menu.close()
    return _do(session, item)


def _do(session: 'Session', item: str) -> 'tuple[Change, ...]':
    if item == menu.IGNORE:
        return (Change(changes.LEARN, ''),)
    if item == menu.WHY:
        session.why.show(True)
    if item in (menu.ZERO, menu.FULL):
        return (Change(changes.MARK, 0 if item == menu.ZERO else 100),)
    if item == menu.FORGET:
        return session.forget_class(session.classes.current())
    if item == menu.FORGET_IGNORED:
        return session.forget_class('')
    if item == menu.FORGET_GAUGE:
        return session.forget_gauge()
    if item == menu.FORGET_ALL:
        return session.forget_all()
    if item == menu.CLASSES:
        return session.refuse('nothing', 'Nothing is taught yet')
    if item == menu.ABOUT:
        session.show_message(session.status.text())
    return ()
