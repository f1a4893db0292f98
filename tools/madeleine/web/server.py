"""The server behind the page: its files, cards, scenes and examples over HTTP, everything live over a WebSocket.

Starlette and uvicorn are of the extra `web`, so commands/web.py alone imports this module, when it is needed.
"""

import asyncio
import base64
import contextlib
import io
import logging
import mimetypes
import socket
from collections.abc import AsyncIterator, Callable
from functools import lru_cache
from pathlib import Path
from types import FrameType

import uvicorn
from PIL import Image
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from madeleine.camera.usb import NoAnswer
from madeleine.cards.code import code
from madeleine.device import command
from madeleine.errors import ToolError
from madeleine.sim import scenes
from madeleine.web import examples, messages
from madeleine.web.camera import Camera
from madeleine.web.guard import Guard
from madeleine.web.real import RealCamera
from madeleine.web.tabs import Tab, Tabs

PAGE = Path(__file__).with_name("page")
UPLOAD_MAX_BYTES = 4 << 20
CONNECTIONS_MAX = 256
SCENES_KEPT = 64  # files of 80 KB
TRY_LATER = 1013  # WebSocket: too many tabs
END_S = 1  # for answers under way when the server ends


class Pages:
    """What is answered to which request."""

    def __init__(self, camera: Camera | RealCamera, tabs: Tabs) -> None:
        self._camera = camera
        self._tabs = tabs
        self._cable = asyncio.Lock()  # one program at a time

    def routes(self) -> list[Route | Mount | WebSocketRoute]:
        """All there is."""
        return [
            Route("/", self.index),
            Route("/worker.js", self.worker),
            Mount("/page", StaticFiles(directory=PAGE)),
            Route("/card", self.card),
            Route("/scene/{name}.png", self.scene),
            Route("/examples", self.examples),
            Route("/examples", self.take_examples, methods=["POST"]),
            Route("/examples/{index:int}", self.forget_example, methods=["DELETE"]),
            WebSocketRoute("/live", self.live),
        ]

    async def index(self, _: Request) -> Response:
        return FileResponse(PAGE / "index.html")

    async def worker(self, _: Request) -> Response:
        """At the root, because a service worker serves what lies below it."""
        return FileResponse(PAGE / "worker.js")

    def card(self, request: Request) -> Response:
        """The modules of a QR code as rows of 0 and 1, without the quiet zone."""
        text = request.query_params.get("text", "")
        if not 0 < len(text.encode("utf-8", "replace")) <= command.CARD_MAX_BYTES:
            return _failed(400, f"a card has 1 to {command.CARD_MAX_BYTES} bytes of text")
        try:
            matrix = code(text).matrix
        except ToolError as error:
            return _failed(400, str(error))
        return JSONResponse({"text": text, "modules": ["".join(str(int(dark)) for dark in row) for row in matrix]})

    def scene(self, request: Request) -> Response:
        """A drawn scene; the same name and seed give the same picture."""
        seed = request.query_params.get("seed", "0")
        if not (seed.isascii() and seed.isdigit() and len(seed) < 10):
            return _failed(404, "a seed is a whole number")
        try:
            picture = _png(request.path_params["name"], int(seed))
        except ToolError as error:
            return _failed(404, str(error))
        return Response(picture, media_type="image/png", headers={"cache-control": "max-age=3600"})

    async def examples(self, request: Request) -> Response:
        """Everything the board was taught, as a file."""
        form = request.query_params.get("form")
        if form not in examples.FORMS:
            return _failed(404, "the only other form is brownie")

        def file() -> Response:
            name, data = examples.taken(self._camera, form)
            disposition = f'attachment; filename="{name}"'
            return Response(data, media_type="application/octet-stream", headers={"content-disposition": disposition})

        return await self._over_the_cable(file)

    async def take_examples(self, request: Request) -> Response:
        """What is new in a file comes to what the board was taught, or takes its place."""
        how = request.query_params.get("how", "add")
        if how not in ("add", "replace"):
            return _failed(400, "how is add or replace")
        try:
            data = await _body(request)
        except ClientDisconnect:
            return _failed(400, "the rest of the file did not come")  # nobody is there to hear it
        if data is None:
            return _failed(413, f"a file of examples has at most {UPLOAD_MAX_BYTES >> 20} MB")

        def answer() -> Response:
            count, left_out = examples.given(self._camera, data, how == "replace")
            return JSONResponse({"examples": count, "left_out": left_out})

        return await self._over_the_cable(answer)

    async def forget_example(self, request: Request) -> Response:
        """Forgets one example, by its place in `knows` and its key; all tabs are told what it was, to bring it back."""
        index, key = request.path_params["index"], request.query_params.get("key", "")
        told: dict[str, str] = {}

        def answer() -> Response:
            gone = examples.forgotten(self._camera, index, key)
            told.update(event="forgotten", name=gone.label, vector=base64.b64encode(gone.vector).decode())
            return JSONResponse({"name": gone.label})

        response = await self._over_the_cable(answer)
        if told:
            self._tabs.hear(told)
        return response

    async def _over_the_cable(self, answer: Callable[[], Response]) -> Response:
        """What `answer`, in a thread, makes of an open line to the board; the sentence why not, when it fails."""
        if self._cable.locked():
            return _failed(409, "another file is on its way: wait for it")
        if self._tabs.power != "on":
            return _failed(409, "the camera is off: switch it on, or plug it in")
        async with self._cable:
            try:
                return await run_in_threadpool(answer)
            except NoAnswer as error:
                return _failed(504, str(error))
            except ToolError as error:
                return _failed(422, str(error))

    async def live(self, socket: WebSocket) -> None:
        """One tab, until it goes, or does not read what it is sent."""
        await socket.accept()
        tab = self._tabs.join()
        if tab is None:
            await socket.close(TRY_LATER)
            return
        tasks = [asyncio.create_task(self._speak(socket, tab)), asyncio.create_task(self._listen(socket, tab))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._order(self._tabs.leave(tab))
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _speak(self, socket: WebSocket, tab: Tab) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while (message := await tab.next()) is not None:
                await (socket.send_text(message) if isinstance(message, str) else socket.send_bytes(message))

    async def _listen(self, socket: WebSocket, tab: Tab) -> None:
        while (message := await socket.receive())["type"] == "websocket.receive":
            try:
                if message.get("text") is not None:
                    self._obey(tab, messages.order(message["text"]))
                else:
                    frame = messages.frame(message["bytes"])
                    if self._tabs.has_lens(tab):
                        self._camera.show(tab.number, frame)
            except messages.Unfit as error:
                tab.refuse(str(error))

    def _obey(self, tab: Tab, order: messages.Order) -> None:
        if order["do"] == "shown":
            tab.shown()
        elif self._camera.busy:
            tab.refuse("too much at once: the board has not done all of it yet")
        elif order["do"] == "lens":
            self._tabs.take_lens(tab)
        elif order["do"] == "button":
            self._order(self._tabs.press(tab, order["name"], order["down"]))
        else:
            self._order([order])

    def _order(self, orders: list[messages.Order]) -> None:
        for order in orders:
            self._camera.order(order)


def _failed(status: int, text: str) -> Response:
    return JSONResponse({"error": text}, status_code=status)


@lru_cache(maxsize=SCENES_KEPT)
def _png(name: str, seed: int) -> bytes:
    """A scene as a file; drawing one takes a tenth of a second, and every tab asks for all of them."""
    file = io.BytesIO()
    Image.fromarray(scenes.scene(name, seed)).save(file, "PNG")
    return file.getvalue()


async def _body(request: Request) -> bytes | None:
    """What was sent, None when it is too much: the rest is not even read."""
    data = bytearray()
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > UPLOAD_MAX_BYTES:
        return None
    async for chunk in request.stream():
        data += chunk
        if len(data) > UPLOAD_MAX_BYTES:
            return None
    return bytes(data)


class OneSentence(logging.Filter):
    """A tab's text that is not valid UTF-8 ends its connection; uvicorn would print where in its code it noticed."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets all through, without that."""
        if record.exc_info and isinstance(record.exc_info[1], UnicodeDecodeError):
            sentence = "A tab has sent text that is not valid UTF-8: its connection is closed"
            vars(record).update(msg=sentence, exc_info=None)
        return True


def application(camera: Camera | RealCamera, tabs: Tabs, host: str, port: int) -> Guard:
    """The ASGI application. It hears `camera` from its start on."""
    mimetypes.add_type("application/manifest+json", ".webmanifest")
    mimetypes.add_type("text/javascript", ".js")  # a Windows registry may say otherwise, and modules are refused then

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()

        def hear(event: bytes | dict[str, object]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(tabs.hear, event)

        camera.listen(hear)
        yield

    return Guard(Starlette(routes=Pages(camera, tabs).routes(), lifespan=lifespan), host, port)


class Server(uvicorn.Server):
    """Serves on an open socket until it is told to end; then the camera ends at once, too."""

    def __init__(self, camera: Camera | RealCamera, tabs: Tabs, host: str, listener: socket.socket) -> None:
        self._camera = camera
        self._listener = listener
        super().__init__(
            uvicorn.Config(
                application(camera, tabs, host, listener.getsockname()[1]),
                log_level="error",
                access_log=False,
                server_header=False,
                limit_concurrency=CONNECTIONS_MAX,
                timeout_graceful_shutdown=END_S,
                ws="websockets-sansio",  # reads one message at a time, the next one when that was dealt with
                ws_max_size=messages.FRAME_BYTES,
                ws_per_message_deflate=False,
            )
        )
        logging.getLogger("uvicorn.error").addFilter(OneSentence())

    def serve_all(self) -> None:
        """Returns when the server has ended."""
        self.run(sockets=[self._listener])

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._camera.end()
        super().handle_exit(sig, frame)
