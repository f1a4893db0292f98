"""`madeleine mcp`: the camera for an assistant, by the Model Context Protocol."""

import argparse
import contextlib
from importlib.metadata import version

from madeleine.camera.ports import add_port_argument
from madeleine.errors import ToolError
from madeleine.parser import whole_number

EXAMPLES = """examples:
  madeleine mcp                                  an assistant may look and ask
  madeleine mcp --allow-teach                    and teach, undo, forget, rename, set the limit
  madeleine mcp --page 8765                      and look at the screen of the camera in the page, when asked

An assistant starts it by itself; in its settings:
  {"mcpServers": {"madeleine": {"command": "madeleine", "args": ["mcp"]}}}
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "Answers an assistant on standard input and output (Model Context Protocol)."
    parser.epilog = EXAMPLES
    add_port_argument(parser)
    parser.add_argument("--allow-teach", action="store_true", help="the assistant may change what the camera knows")
    what = "the assistant may look at the screen of the virtual camera that `madeleine web` serves on this port"
    parser.add_argument("--page", metavar="N", type=whole_number(1, 65535), help=what)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Answers until the input ends; 0."""
    from madeleine.assistant.desk import Desk

    try:
        from madeleine.assistant.server import serve

        if arguments.page is not None:
            import madeleine.assistant.page  # noqa: F401  # so that it is said now what is not there
    except ImportError as error:
        raise ToolError(
            "an assistant needs one more package; run in Madeleine's folder: pip install '.[mcp]', or '.[mcp,web]' for "
            "--page"
        ) from error
    with contextlib.closing(Desk(arguments.port)) as desk, contextlib.suppress(KeyboardInterrupt):
        serve(desk, arguments.allow_teach, version("madeleine-camera"), arguments.page)
    return 0
