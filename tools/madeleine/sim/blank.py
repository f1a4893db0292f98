"""Parts that see and draw nothing: what the world has until better ones are put in, and all MicroPython has."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from madeleine.sim.world import Scene

    Color = tuple[int, int, int]
    Box = tuple[int, int, int, int]


def plain_name(canvas: 'Any', x: int, y: int, width: int, height: int, color: 'Color') -> str:
    """What a canvas shows once a rectangle is filled: its name, or another when all of it was painted over."""
    if x > 0 or y > 0 or x + width < canvas.width or y + height < canvas.height:
        return str(canvas.name)
    return 'black' if tuple(color) == (0, 0, 0) else 'plain'


class BlankCanvas:
    """A picture of which only the bytes' number and the name of what it shows are kept."""

    def __init__(self, width: int, height: int, name: str = '') -> None:
        self.width, self.height, self.name = width, height, name
        self.pixels = bytearray(2 * width * height)


class BlankPainter:
    """Takes the place of the painter (painter.py): right sizes, no pixels."""

    def canvas(self, width: int, height: int) -> 'Any':
        """A new black picture."""
        return BlankCanvas(width, height, name='black')

    def canvas_on(self, width: int, height: int, pixels: 'Any') -> 'Any':
        """A picture on pixels that are there."""
        return BlankCanvas(width, height)

    def pixels(self, canvas: 'BlankCanvas') -> bytearray:
        """The bytes of a canvas, two for each pixel; changing them changes the canvas."""
        return canvas.pixels

    def turned(self, scene: 'Scene', flipped: bool, mirrored: bool) -> 'Scene':
        """The scene upside down, left to right, or both."""
        return scene

    def capture(self, canvas: 'Any', scene: 'Scene') -> 'Scene':
        """Put the scene's top left corner into the canvas as the camera does, in RGB565.

        What the KPU gets of it, in 8 bits a colour, is returned.
        """
        canvas.name = scene.name
        return scene

    def seen(self, canvas: 'Any') -> 'Scene':
        """A canvas as a scene."""
        from madeleine.sim.world import Scene

        return Scene(canvas.name)

    def rows(self, canvas: 'Any', first: int, height: int) -> 'Any':
        """Some rows as a canvas of their own, on the same pixels."""
        return BlankCanvas(canvas.width, height, canvas.name)

    def copy(self, canvas: 'Any', x: int, y: int, width: int, height: int) -> 'Any':
        return BlankCanvas(width, height, canvas.name)

    def resize(self, canvas: 'Any', width: int, height: int) -> 'Any':
        return BlankCanvas(width, height, canvas.name)

    def get_pixel(self, canvas: 'Any', x: int, y: int) -> 'Color':
        return (0, 0, 0)

    def fill(self, canvas: 'Any', x: int, y: int, width: int, height: int, color: 'Color') -> None:
        """Fill a rectangle, clipped; colours are (r, g, b)."""
        canvas.name = plain_name(canvas, x, y, width, height, color)

    def line(self, canvas: 'Any', x0: int, y0: int, x1: int, y1: int, color: 'Color', thickness: int) -> None:
        pass

    def circle(self, canvas: 'Any', x: int, y: int, radius: int, color: 'Color', thickness: int, fill: bool) -> None:
        pass

    def text(
        self,
        canvas: 'Any',
        x: int,
        y: int,
        text: str,
        color: 'Color',
        scale: float,
        cell: 'tuple[int, int]',
        x_spacing: int,
        y_spacing: int,
        mono_space: bool,
    ) -> None:
        """Write text with a font of `cell` (width, height) pixels times scale, clipped."""

    def paste(self, canvas: 'Any', source: 'Any', x: int, y: int) -> None:
        pass

    def statistics(self, canvas: 'Any', x: int, y: int, width: int, height: int) -> 'tuple[int, int]':
        """Mean lightness (0..100) and its standard deviation."""
        return 50, 20

    def panel(self, width: int, height: int) -> 'Any':
        """A dark panel, as its user sees it."""
        return bytearray()

    def panel_fill(self, panel: 'Any', color: 'Color') -> None:
        pass

    def panel_text(
        self,
        panel: 'Any',
        x: int,
        y: int,
        text: str,
        color: 'Color',
        background: 'Color',
        cell: 'tuple[int, int]',
        rotation: int,
    ) -> None:
        """Write text straight onto the panel, cut at its right border."""

    def show(self, panel: 'Any', canvas: 'Any', roi: 'Box', at: 'tuple[int, int] | None', rotation: int) -> None:
        """Bring the part `roi` (x, y, width, height) of a canvas to the place `at` of the panel.

        Without a place it goes to the middle, cropped where it is larger, with black bars where it is smaller.
        """


class BlankEyes:
    """Takes the place of the eyes (eyes.py): no network, no cards."""

    def load(self, source: 'Any') -> 'Any':
        """A model from a path of the host or from bytes; ValueError when it is none.

        It has file_bytes, ram_bytes, version and input (width, height).
        """
        raise ValueError('no eyes')

    def forward(self, model: 'Any', scene: 'Scene') -> 'list[tuple[str, bytes]]':
        """(typecode 'f' or 'B', bytes) of each output of the model for the scene."""
        raise ValueError('no eyes')

    def read_cards(self, scene: 'Scene') -> 'list[bytes]':
        """The payloads (bytes) of the QR codes in the scene."""
        return []
