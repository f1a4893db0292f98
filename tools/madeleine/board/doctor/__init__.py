"""Names the cause when something does not work: what, why, and what to do, a line each."""
