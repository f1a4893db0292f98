"""Lines and cards as everybody may read them: without what is secret in them."""

import re

LOCKING = re.compile(r"""(?:\*|"do"\s*:\s*")((?:un)?lock)\b""")


def without_password(text: str) -> str:
    """A card's text; what may hold a Wi-Fi password stays unsaid, as the camera's app does it."""
    return "{...}" if text.startswith("{") else text


def without_code(line: str) -> str:
    """A line to the camera as everybody may read it: the code of a lock stays unsaid (docs/FORMATS.md, Lock)."""
    found = LOCKING.search(line.encode().decode("unicode_escape", "replace") if "\\u" in line else line)
    return f"*{found[1]} ..." if found else line
