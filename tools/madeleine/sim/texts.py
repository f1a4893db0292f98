"""Notes what the app writes with its own letters, or on what it lays on a picture later. Runs on MicroPython, too.

What is drawn there is a picture of a text; the stand-ins note by themselves what the firmware's letters write.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from madeleine.sim.world import World


def note_texts(world: 'World', modules: 'dict[str, Any]') -> None:
    """Watch the modules of the app that are loaded by now."""
    typeface, canvas = modules.get('typeface'), modules.get('canvas')
    if typeface is not None and not hasattr(typeface, 'noted'):
        typeface.noted = True
        _watch_text(world, typeface.Typeface)
    if canvas is not None and not hasattr(canvas, 'noted'):
        canvas.noted = True
        _watch_band(world, canvas.Band)


def _watch_text(world: 'World', text: 'Any') -> None:
    draw = text.draw

    def noted(face: 'Any', picture: 'Any', x: int, y: int, what: 'tuple[Any, ...]') -> 'Any':
        world.note_text(picture._place, x, y, what[0])
        return draw(face, picture, x, y, what)

    text.draw = noted


def _watch_band(world: 'World', band: 'Any') -> None:
    lay = band.lay

    def noted(one: 'Any', picture: 'Any') -> None:
        lay(one, picture)
        world.texts += world.painted.get(one._address, {}).values()

    band.lay = noted
