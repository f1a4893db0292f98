"""What each word of a QR card or a host's line does: a function of session and command that returns changes."""

from micropython import const

import change as changes
import command
import settings
from change import Change
from export import Export

_TYPING = const(0)
if _TYPING:
    from collections.abc import Callable

    from command import Command
    from session import Session

    Changes = tuple[Change, ...] | None
    Action = Callable[[Session, Command], Changes]

ACTIONS = {}  # type: dict[str, Action]  # by the words of command.WORDS


def does(*words: str) -> 'Callable[[Action], Action]':
    """Register the function that follows for these words."""

    def register(action: 'Action') -> 'Action':
        for word in words:
            ACTIONS[word] = action
        return action

    return register


@does('learn')
def learn(session: 'Session', request: 'Command') -> 'Changes':
    return _teach(session, changes.LEARN, request.argument or session.classes.current(), request)


@does('exclude')
def exclude(session: 'Session', request: 'Command') -> 'Changes':
    return _teach(session, changes.LEARN, '', request)


@does('mark', 'anchor')
def mark(session: 'Session', request: 'Command') -> 'Changes':
    return _teach(session, changes.MARK, request.argument, request)


def _teach(session: 'Session', what: str, key: 'str | int', request: 'Command') -> 'Changes':
    return session.teach(Change(what, key, request.vector, request.id, request.draft), request.host)


@does('undo')
def undo(session: 'Session', request: 'Command') -> 'Changes':
    return (Change(changes.UNDO, id=request.id),)


@does('forget')
def forget(session: 'Session', request: 'Command') -> 'Changes':
    name = request.argument
    if name.startswith(command.SET):
        return _forget_set(session, name[len(command.SET) :] or session.status.set, request)
    if name == command.GAUGE or (name == 'gauge' and not session.memory.examples.count_of(name)):
        return session.forget_gauge(request.id, request.host)
    return session.forget_class('' if name == command.IGNORED else name, request.id, request.host)


def _forget_set(session: 'Session', name: str, request: 'Command') -> 'Changes':
    if name not in session.status.sets:
        return session.refuse('nothing', 'There is no set ' + name, request.id)
    return session.ask('Forget set %s?' % name, Change(changes.FORGET_SET, name, id=request.id), request.host)


@does('set')
def use_set(session: 'Session', request: 'Command') -> 'Changes':
    return (Change(changes.USE, request.argument, id=request.id),)


@does(changes.COPY)
def copy_set(session: 'Session', request: 'Command') -> 'Changes':
    name, status = request.argument, session.status
    replaces = name in status.sets and name != status.set
    change = Change(changes.COPY, name, id=request.id)
    return session.ask('Replace set %s?' % name, change, request.host) if replaces else (change,)


@does(changes.LOCK, changes.UNLOCK, changes.MODE)
def lock(session: 'Session', request: 'Command') -> 'Changes':
    return (Change(request.word, request.argument, id=request.id),)


@does('sets')
def list_sets(session: 'Session', request: 'Command') -> None:
    session.send(('sets', 'set', session.status.set, 'sets', session.status.sets), request.id)


@does('rename')
def rename(session: 'Session', request: 'Command') -> 'Changes':
    label, new = request.argument
    label = session.classes.current() if label is None else label
    if not session.memory.examples.count_of(label):
        return session.refuse('nothing', 'No examples of ' + label, request.id)
    return (Change(changes.RENAME, label, new, request.id),)


@does('reset')
def reset(session: 'Session', request: 'Command') -> 'Changes':
    return session.forget_all(request.id, request.host and request.argument == 'yes')


@does('select')
def select(session: 'Session', request: 'Command') -> None:
    session.select(request.argument, request.id)


@does('why')
def why(session: 'Session', request: 'Command') -> None:
    session.why.show(not session.why.shown, request.id)


@does('good')
def good(session: 'Session', request: 'Command') -> None:
    session.why.inspect(session.why.inspection is None, request.id)


@does(*[setting.name for setting in settings.SETTINGS if setting.name != settings.WHERE])
def set_(session: 'Session', request: 'Command') -> 'Changes':
    return (Change(changes.SETTING, settings.named(request.word).key, request.argument, request.id, request.draft),)


@does(settings.WHERE)
def where(session: 'Session', request: 'Command') -> 'Changes':
    if request.argument is not None:
        return set_(session, request)
    return session.why.say_where(request.id)


@does(changes.BEGIN, changes.COMMIT, changes.DROP)
def change_draft(session: 'Session', request: 'Command') -> 'Changes':
    return (Change(request.word, request.argument, id=request.id),)


@does('pass')
def pass_on(session: 'Session', request: 'Command') -> 'Changes':
    if session.memory.settings.value(settings.LINK) in settings.HUSKY:
        return session.refuse('link', 'A HuskyLens is on Grove: *link json', request.id)
    session.show_message('sent to Grove')
    session.grove.append(request.argument.encode() + b'\0')
    return ()


@does('status')
def status(session: 'Session', request: 'Command') -> None:
    answer = session.answer
    message = session.status.message('status') + ('name', answer.name, 'sure', answer.sure)
    message += ('distance', session.tenths(session.distance))
    session.send(message + ('answers', session.answers, 'uptime_s', session.now_ms // 1000), request.id)


@does('scores')
def send_scores(session: 'Session', request: 'Command') -> None:
    from scores import scores

    session.send(scores(session), request.id)


@does('watch')
def watch(session: 'Session', request: 'Command') -> None:
    every, what = request.argument
    session.watch = None
    if every:
        from scores import Watch

        session.watch = Watch(every, what)
    session.send(('watch', 'every', every, 'what', what), request.id)


@does('list')
def list_classes(session: 'Session', request: 'Command') -> None:
    session.send(session.status.classes(session.scale), request.id)


@does('export')
def export(session: 'Session', request: 'Command') -> None:
    session.end_export()
    session.export = Export(session.memory, request.id)
