"""The text of a file of examples, in the encodings in which people have such files."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from io import BytesIO, TextIOWrapper

from madeleine.errors import ToolError

# In this order: bytes that pass for one of the former are hardly ever text in one of the latter. Excel in Japan writes
# Shift JIS (as Windows has it), Excel's "Unicode text" is UTF-16 with a mark at its start.
ENCODINGS = ("utf-8-sig", "cp932")


def decoded(data: bytes, title: str) -> str:
    """The text, with line ends of every system as "\\n"; ToolError, with the file's title, if it is not text."""
    marked = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ENCODINGS:
        try:
            return TextIOWrapper(BytesIO(data), encoding).read()
        except UnicodeDecodeError:
            continue
    raise ToolError(
        f"{title} is not text in UTF-8, UTF-16 or Shift JIS; give a file of examples or Brownie's features.csv, "
        "from a spreadsheet as `CSV UTF-8`"
    )
