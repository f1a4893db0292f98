"""How full the battery is, and what follows: low is a warning, empty ends all writing to flash."""

from micropython import const

from constants import EMPTY_MV, LOW_MV

_TYPING = const(0)
if _TYPING:
    from device import Power
    from files import Files
    from missing import NoPower
    from pose_session import PoseSession
    from session import Session

OK, LOW, EMPTY = 'ok', 'low', 'empty'  # as a host reads them
CHARGE_ME = 'The battery is empty: charge me, nothing is kept until then.'

_EVERY, _NEAR_EVERY = const(200), const(20)  # turns
_NEAR_MV = const(100)  # above LOW_MV: looked at more often, and low until then, for a voltage comes back with rest
_READINGS = const(3)  # in a row: a single one may fall into the start of a sound or of the light
_NONE_MV = const(2500)  # less has no cell that feeds a camera: there is none, or USB feeds it


class Battery:
    """What `power` says of it goes to the session's host, and `files` are not written any more when it is empty."""

    def __init__(self, power: 'Power | NoPower', files: 'Files', session: 'Session | PoseSession') -> None:
        self._power = power
        self._files = files
        self._session = session
        self._empty = 0  # readings in a row
        self._said = OK

    def turn(self, turns: int) -> None:
        mv = self._session.status.battery_mv
        near = mv is not None and mv < LOW_MV + _NEAR_MV
        if turns % (_NEAR_EVERY if near else _EVERY) == 0:
            self.read()
            self.report()

    def read(self) -> None:
        """Look at it now."""
        status = self._session.status
        status.battery_mv, status.usb = self._power.battery_mv(), self._power.usb()
        status.level = self._judge(status.level, status.battery_mv, bool(status.usb))
        self._files.frozen = status.level == EMPTY

    def _judge(self, before: str, mv: 'int | None', usb: bool) -> str:
        if mv is None or mv < _NONE_MV:
            self._empty = 0
            return OK
        self._empty = self._empty + 1 if mv < EMPTY_MV and not usb else 0
        if not usb and (self._empty >= _READINGS or (before == EMPTY and mv < LOW_MV)):
            return EMPTY
        return LOW if mv < LOW_MV or (before != OK and mv < LOW_MV + _NEAR_MV) else OK

    def report(self) -> None:
        """A message when the level is another than the last one said."""
        status = self._session.status
        if status.level != self._said:
            self._said = status.level
            self._session.send(('battery', 'level', status.level, 'battery_mv', status.battery_mv, 'usb', status.usb))
