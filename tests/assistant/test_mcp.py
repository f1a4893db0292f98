"""`madeleine mcp` as an assistant starts it: asked by the SDK's own client over standard input and output."""

import asyncio
import base64
import io
import json
import os
import sys
from typing import Any

import pytest
from madeleine import cli
from PIL import Image

from tests import ROOT
from tests.fakes.board import fake_board
from tests.fakes.talking import app
from tests.web.conftest import serving

mcp = pytest.importorskip("mcp")
LOOKING = {"look", "status", "classes", "scores", "gauge", "where", "wait_for"}
TEACHING = {"teach", "undo", "forget", "rename", "set_limit"}


def talk(port: str, *options: str, calls: list[tuple[str, dict[str, Any]]]) -> tuple[set[str], list[tuple[bool, str]]]:
    """The tools that there are; of each call whether it failed, and its text."""

    async def story() -> tuple[set[str], list[tuple[bool, str]]]:
        words = ["-m", "madeleine", "mcp", "--port", port, *options]
        settings = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
        async with mcp.Client(mcp.StdioServerParameters(command=sys.executable, args=words, env=settings)) as client:
            tools = {tool.name for tool in (await client.list_tools()).tools}
            results = [await client.call_tool(name, arguments) for name, arguments in calls]
            assert {part.type for result in results for part in result.content} <= {"text"}, "never a picture"
            return tools, [(bool(result.is_error), result.content[0].text) for result in results]

    return asyncio.run(asyncio.wait_for(story(), 60))


def test_it_looks_and_may_not_teach() -> None:
    with fake_board(app()) as board:
        tools, results = talk(
            board.device, calls=[("look", {}), ("classes", {}), ("scores", {}), ("teach", {"name": "cup"})]
        )
    assert tools == LOOKING
    assert [failed for failed, _ in results] == [False, False, False, True]
    look, classes, scores = (json.loads(text) for _, text in results[:3])
    assert (look, classes, scores["cup"]) == (
        {"name": None, "sure": False, "distance": None, "limit": 200},
        {"cup": 2, "りんご": 1},
        12.5,
    )
    assert b"learn" not in board.heard


def test_it_teaches_when_it_may() -> None:
    no = ("refused", {"code": "nothing", "text": "No examples of pen"})
    calls = [
        ("teach", {"name": "cup"}),
        ("forget", {"name": "pen"}),
        ("set_limit", {"value": 150}),
        ("wait_for", {"name": "cup", "seconds": 0.01}),
        ("gauge", {}),
    ]
    with fake_board(app(forget=no)) as board:
        tools, results = talk(board.device, "--allow-teach", calls=calls)
    assert tools == LOOKING | TEACHING
    assert [failed for failed, _ in results] == [False, True, False, False, False]
    assert json.loads(results[0][1]) == {"name": "cup", "count": 1, "examples": 1}
    assert "No examples of pen" in results[1][1]
    assert json.loads(results[3][1]) == {"seen": False, "distance": None}


def test_a_picture_when_asked_from_the_page_alone(tmp_path) -> None:
    async def story(page: int) -> tuple[set[str], list[Any]]:
        words = ["-m", "madeleine", "mcp", "--port", str(tmp_path / "none"), "--page", str(page)]
        settings = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
        async with mcp.Client(mcp.StdioServerParameters(command=sys.executable, args=words, env=settings)) as client:
            tools = {tool.name for tool in (await client.list_tools()).tools}
            return tools, (await client.call_tool("picture", {})).content

    with serving() as served:
        tools, content = asyncio.run(asyncio.wait_for(story(served.port), 60))
    assert tools == LOOKING | {"picture"} and [part.type for part in content] == ["image"]
    with Image.open(io.BytesIO(base64.b64decode(content[0].data))) as picture:
        assert picture.size == (240, 135)
    _, content = asyncio.run(asyncio.wait_for(story(served.port), 60))
    assert [part.type for part in content] == ["text"] and "no page on port" in content[0].text


def test_no_camera_is_a_sentence(tmp_path) -> None:
    _, results = talk(str(tmp_path / "ttyUSB0"), calls=[("look", {})])
    assert results[0][0] and "no such port" in results[0][1]


def test_without_the_extra(monkeypatch, capsys) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    monkeypatch.setitem(sys.modules, "madeleine.assistant.server", None)
    assert cli.main(["mcp"]) == 1
    assert "pip install '.[mcp]'" in capsys.readouterr().err
