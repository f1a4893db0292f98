"""Plays the sounds that the session asks for, one at a time, a block a turn."""

import sys

from micropython import const

import device
import settings
import vision

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from app import App
    from sounds import Sound


class Loudspeaker:
    """Its `turn` comes last in that of the app: what is shown and learned must not wait for a sound."""

    def __init__(self) -> None:
        self.sound = None  # type: Sound | None  # while it is heard

    def turn(self, app: 'App') -> None:
        """Go on with the sound, or begin the next one."""
        try:
            if self.sound is None and app.session.sound is not None:
                self.sound = self._next(app)
            if self.sound is not None and not self.sound.turn(device.now_ms()):
                self.sound = None
        except vision.PartError as error:
            import missing

            app.board.speaker = missing.NoSpeaker()
            self._fail(app, str(error))
        except MemoryError:  # Brownie's model leaves little, and a voice takes up to 8 KB
            self.sound = None
        except (OSError, ValueError) as error:
            self._fail(app, 'sound: %s' % error)

    def _next(self, app: 'App') -> 'Sound | None':
        """What the session wants to be heard."""
        wanted, app.session.sound = app.session.sound, None
        setting = app.memory.settings.value(settings.SOUND)
        if wanted is None or setting == settings.OFF:
            return None
        try:
            import sounds

            return sounds.wanted(app.board.speaker, setting, wanted[0], wanted[1], app.pace.turn_ms())
        finally:
            sys.modules.pop('sounds', None)  # or half of it, which a failed import leaves there

    def _fail(self, app: 'App', text: str) -> None:
        self.sound = None
        app.session.fail('sound', text)
        app.write_messages()
