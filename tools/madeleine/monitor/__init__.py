"""`madeleine monitor` and `madeleine replay`: what a camera says, shown, kept and acted on.

Items (from the cable or a log) -> state (pure) -> sinks: a view, a log, rules.
"""
