"""Mean features of many photographs at length one, by the names of models that have a map: for heat.py, when wanted.

What all pictures have in common says nothing of an example. models/means.py measures these.
"""

import ubinascii
from micropython import const

from distance import square_root
from features import LENGTH
from heat import ONE

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from examples import Examples

EXAMPLES = 8  # at most, of which a mean is made: half a million instructions each
MEANS = {
    '3716f840': (  # madeleine, 1000 pictures
        'GwUECxEcDhAvEAUTBw4EBwZPDBQsfxcHBgMHBgcLBgcpCwcQCA8UFwsOCQ8OFhgxYEgMHw0JCgUDGhcjDScLTgwUKiRBFgkDDRQR'
        'BB00BAwIEgQJDz8jAwwKBwYQDRAdPA8KAgsPCBgSCS8IQRsIDg8HCAgJUhsPCwcGFAkTYwYRAwQPBygPBghAEgVCHAk7Aw8HCDUF'
        'JQUoCxoGGA8DVwcsGAUIAgIeFwUHEw8LEAMHLAgMBQgHEgsNDAkcEyQJFA8LFhYWcRoMDQwdGAsGCS8HLEMLESASOgQQJxYNGggP'
        'EAQGCwcgBBIZEAYMDCc0GDwiDgYaBgQFHQgZC0IVFAUVF2ELBgUTRBIPRg8PDkAHBQYFCQUWCwUGBCQvBkYQCAsgBgcGCwgFBAUQ'
        'DAkFCi4MJhsZBwgEJxYqBUgGEhcuGDsRCwoMCgoOMgcTJAgETx8LCQYODA4LCQMEJAoHCx0JCy0FOwMGDiERGl0JDQwPEQoIBx8I'
        'CwgFUBkGBQgKDA4HBUsUBwgHJhA1BQ8LBBYICUAKAiQJCxAFCRgFDz8IChMSERBkFQQDEw4MGAcFPDEJDx0GPlELEgwwGRQEHxFf'
        'BhIFBQsPCwoWKxsMAwkPBAwOCQcHBBAOCAMMDQQYNAskBwtqFBQJEQcKFQcIDAYGDQsSCQkPLBAMCiEOCD0EDgURMxEcBz0MEw0P'
        'PhkRCgU+Bw4KHwUHFB9PCQw/AxkFBRwKDk4IYQkNTxYFIQcSCSkVCAIpBQcEGwwIHgkHFhNEEgkKAwUZIAwRDQUOEwwMBBQNIQks'
        'Cw0PLR0ICSMMMA0kDQQJGAcmAwsDCBYVEhgIEAkICAEMQgUHI1MiBQckBwlKDVUVKxURHQUHEyQeBhkHSRcFCA4KBREMBRcPWlEF'
        'ERcRHwMJFy8GDQwAERsDBlAMDiEKBwtJUH8MIQcxCh0XJw4xGgYSBh8LBy48DAcGGhcKFAYJMhwJBUoYBwkYDw4EPBALbAcnEyoO'
        'BAYYBQcgBwsJCQIcAgsFOwsh'
    ),
    '771a8457': (  # Brownie's, edited: madeleine model edit --byte-features, 1000 pictures
        'IxYUDQwgGBAVEAwqDBgNCwhPExAbQhYNBAsLGwsLChMfEAoQDBYSGA8SCwkmFRMTLRgbMBMLHhwHHR8nDz4LMhchGgdIEQwLCxsT'
        'Eh8zDyIIBx8TDCEQBxQRBRMPERsZIBsdFBQVERMYEh4JCxoLDBwVCxAYPiQYHAoQHQwUbQ0VEBIKCCAJCxsTHAxBFQQcDQ4ODiIK'
        'EgMtDyALFwYUNw4SGQUIBAU6GBsHHS0NEAwJNxESDQcMExkUHRQgHigQHBccEREaQBYcExcgJQ4GGR4KNRggEg0RIAUPEBYYGREX'
        'EAwKGAkLKhwgCwkRER0tHhEiGBUfDwoEGwgVDzgjEAgPFSQhBxUcPB0OMRIcEjENEQkIDwoUJAcMCRtADR0VBhAbDBYODBMWDgsY'
        'Ew4OCBANIRUYCQoVHiEbDxwSFysiIBgQEgsRFw4WJRcbLhwOTxMMDAsPGQoMFg4NEwgYEB8WEyUSGw0aDB4NDjERFA0kCgsVDAkS'
        'FAoGThARFRUWDhoWEjYVEhIHHhEnDg0QFRcTESkKCjYJExkMIRIKFR8UGhQRGhZBHQwHJAsMLBoREi8QEBcJNEcSFhEjGRUPJxI3'
        'CRoKCB4SDgkXHh4VDREPChQUGBESEA8OHQ4QEh0dMRQZCA5uIhQIIAgLFgkQGgUGFwckEgsWMxASCyARDxsTEA4UFRwfEjAjEyEV'
        'Jh0ZEAotDg8RHg4MFB5GDAtMCBsOExseEksDHBQSSBIJGAMSFhwcDw0jCxYFIhYLGxIMGxgzHRoWCxQQEQ8LEg0bIAgOBwsWERgh'
        'NQ0YCCoOFBcTJB8eDB0WIQsZBxEUCh8XIiIcFRMSCwccOQsgFiYkBw4xDwoqDSIWPSIYFwkGDx4XFh4TChwNEgoPDR8PDSAQSiIH'
        'EyEfKQgTFAkFDQwNJhgQIDgQEx4NCA9AMk8NHAkqEhsPHR0aIQkUByIYFDwKExALGioOGxsOCiMSDCQcDA8ZEhMHKBgWPw0uDBgQ'
        'ChEqCQotDAsLFQoWCgcPKRge'
    ),
}  # type: dict[str, str]  # by the name of the model: base64 of LENGTH bytes, in parts of heat.ONE


def mean_of(model: str, examples: 'Examples', but: str) -> bytes:
    """Of a model; of one that is not known, that of the first examples of other labels than `but`."""
    if model in MEANS:
        return ubinascii.a2b_base64(MEANS[model])
    totals, count = [0] * LENGTH, 0
    for i in range(examples.count):
        if examples.label_of[i] == but or not examples.norms[i] or count == EXAMPLES:
            continue
        vector, factor = examples.vectors[i], (ONE << 16) // square_root(examples.norms[i])
        for at in range(LENGTH):
            totals[at] += vector[at] * factor
        count += 1
    return bytes([min(255, total // (count << 16)) for total in totals]) if count else bytes(LENGTH)
