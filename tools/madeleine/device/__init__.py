"""The board's own modules, lib/NAME.py, for the toolbox: `from madeleine.device import command`.

Those that reach no hardware. Nothing of them is written a second time for the host.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import change as change
    import classes as classes
    import coach as coach
    import command as command
    import command_error as command_error
    import constants as constants
    import decision as decision
    import distance as distance
    import engines as engines
    import examples as examples
    import features as features
    import files as files
    import fit as fit
    import gauge as gauge
    import glow as glow
    import heap as heap
    import heat as heat
    import labels as labels
    import language as language
    import letters as letters
    import means as means
    import memory as memory
    import messages as messages
    import oddness as oddness
    import pose as pose
    import set_catalogue as set_catalogue
    import settings as settings
    import sounds as sounds
    import store as store
    import typeface as typeface
    import vectors as vectors
    import version as version
else:
    from madeleine.device.loader import load as __getattr__  # noqa: F401
