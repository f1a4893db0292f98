"""`madeleine web`: the virtual board as a page in the browser."""
