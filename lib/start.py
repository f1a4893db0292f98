"""The start of the app: camera, network, examples, screen. Its memory is given back afterwards."""

import gc

from micropython import const

import device
import features
import store
import vision

_TYPING = const(0)
if _TYPING:
    from app import App
    from files import Files


def run(app: 'App', files: 'Files') -> None:
    """Bring up all that an App needs; PartError when the camera cannot go on."""
    # Here, not above: a stale word on the stack can keep this module, and then these would stay with it.
    import device_id
    import sizing

    message = app.board.panel.message
    message(('Madeleine', 'starting the camera'))
    app.start_camera()
    app.battery.read()  # three times until the store may have something to write
    # Not before: that takes a second, in which v0.6 may mount the memory card where a model is.
    message(('Madeleine', 'loading the model'))
    try:
        app.network.load()
    except vision.PartError:
        sizing.make_room(files)
        raise
    app.battery.read()
    model_id, former = _look_at_black(app, files)
    app.battery.read()
    message(('Madeleine', 'reading the examples'))
    first = store.Store(files, model_id.encode(), features.LENGTH, [id.encode() for id in former])
    notes = _open(app, files, first)
    _show_first_picture(app)
    app.status.model, app.status.identity = model_id, device_id.fields(files)
    app.status.heap_note = sizing.fit(files)  # 12 million instructions: somebody waits for the picture
    app.session.now_ms = device.now_ms()
    app.pace.skip(app.session.now_ms)
    app.board.buttons.forget()  # presses of the start; from `ready` on they count
    _greet(app, notes)


def _look_at_black(app: 'App', files: 'Files') -> 'tuple[str, list[str]]':
    """Turn the camera as the network wants it, and find its names and the memory that it leaves free."""
    import vectors

    network, session = app.network, app.session
    picture = app.board.camera.snapshot()
    upside_down = network.wants_upside_down(picture)
    if upside_down:
        app.board.camera.turn_over()
    model_id = network.identity(picture)
    gc.collect()
    former = network.former_identities(picture)
    session.scale = network.scale()
    session.why.where.start(model_id, network.last_map, upside_down, vision.fastest_sums)
    gc.collect()  # the tables of the examples want pieces of 2 KB, which the least heap does not have otherwise
    places, room = vectors.choose(lambda: network.features(picture, app.vector))
    app.memory.take(places)
    app.rule.room = _furnish_screen(app, files, room)
    return model_id, former


def _open(app: 'App', files: 'Files', first: 'store.Store') -> 'list[str]':
    """Open the active set; what there is to say. Most cameras have the first one alone, and no file of a catalogue."""
    if not any([name[:3] + name[4:5] == 'set.' for name in files.names()]):
        return app.open(first)
    import set_catalogue

    return set_catalogue.start(app, files, first)


def _furnish_screen(app: 'App', files: 'Files', room: 'tuple[int, int]') -> 'tuple[int, int]':
    """Of what the examples leave of the KPU's memory, an address and bytes, it gets the end; returns the rest."""
    import start_screen

    app.language = start_screen.language(files)
    if app.language:
        app.view.say = app.language.say
    if app.board.panel.image is None:
        return room
    return start_screen.furnish(app.screen, app.board.panel.image, files, vision.heap_bytes(), room)


def _show_first_picture(app: 'App') -> None:
    try:
        app.show(app.board.camera.snapshot())
    except vision.PartError:
        pass  # the first turn asks again, and says so


def _greet(app: 'App', notes: 'list[str]') -> None:
    """Say what the camera is, and what is wrong with it."""
    session = app.session
    session.send(app.status.message('ready'))
    app.battery.report()
    for note in notes:
        session.fail('store', note)
    if app.status.heap_note:
        session.fail('heap', app.status.heap_note)
    elif not notes and not app.memory.examples.count:
        session.show_message('press A to learn')
    app.write_messages()
