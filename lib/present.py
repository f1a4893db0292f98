"""What the screen shows of a session: fills a screen.View, frame by frame."""

import features
from gauge import OFF
from menu import ITEMS


def fill(view, session):
    """Put what this frame shows into `view`."""
    view.name = session.answer.name
    view.distance = None if session.distance is None else features.tenths(session.distance)
    view.percent = None if session.gauge == OFF else session.gauge
    view.gauge = '--' if session.gauge == OFF else session.gauge
    name = session.selected_name()
    view.selected = name
    view.count = session.memory.examples.count_of(name)
    view.message = session.message
    view.count_down = session.count_down()
    view.teaching = _teaching(session) if session.teaching else ''
    view.question = session.asking[0] if session.asking else ''
    view.menu = _menu(session) if session.menu.opened else None
    view.cursor = session.menu.cursor


def _teaching(session):
    effect = session.teaching[0]
    if not session.count_down():
        return 'take the card away'
    if effect[0] == 'anchor':
        return 'set %d' % effect[1]
    return 'learn ' + effect[1] if effect[1] else 'ignore this view'


def _menu(session):
    lines = []
    for asks, title in ITEMS:
        if asks == 'forget class':
            title = title % session.selected_name()
        elif '%' in title:
            title = title % session.setting(asks)
        lines.append(title)
    return lines
