"""Parts that see and draw nothing: what the world has until better ones are put in, and all MicroPython has."""


class BlankCanvas:
    """A picture of which only the bytes' number and the name of what it shows are kept."""

    def __init__(self, width, height, name=''):
        self.width, self.height, self.name = width, height, name
        self.pixels = bytearray(2 * width * height)


class BlankPainter:
    """Takes the place of the painter (painter.py): right sizes, no pixels."""

    def canvas(self, width, height):
        """A new black picture."""
        return BlankCanvas(width, height, name='black')

    def pixels(self, canvas):
        """The bytes of a canvas, two for each pixel; changing them changes the canvas."""
        return canvas.pixels

    def turned(self, scene, flipped, mirrored):
        """The scene upside down, left to right, or both."""
        return scene

    def capture(self, canvas, scene):
        """Put the scene's top left corner into the canvas as the camera does, in RGB565.

        What the KPU gets of it, in 8 bits a colour, is returned.
        """
        canvas.name = scene.name
        return scene

    def seen(self, canvas):
        """A canvas as a scene."""
        from madeleine.sim.world import Scene

        return Scene(canvas.name)

    def copy(self, canvas, x, y, width, height):
        return BlankCanvas(width, height, canvas.name)

    def resize(self, canvas, width, height):
        return BlankCanvas(width, height, canvas.name)

    def get_pixel(self, canvas, x, y):
        return (0, 0, 0)

    def fill(self, canvas, x, y, width, height, color):
        """Fill a rectangle, clipped; colours are (r, g, b). A canvas black all over is called so."""
        if x <= 0 and y <= 0 and x + width >= canvas.width and y + height >= canvas.height:
            canvas.name = 'black' if tuple(color) == (0, 0, 0) else 'plain'

    def line(self, canvas, x0, y0, x1, y1, color, thickness):
        pass

    def circle(self, canvas, x, y, radius, color, thickness, fill):
        pass

    def text(self, canvas, x, y, text, color, scale, cell, x_spacing, y_spacing, mono_space):
        """Write text with a font of `cell` (width, height) pixels times scale, clipped."""

    def paste(self, canvas, source, x, y):
        pass

    def statistics(self, canvas, x, y, width, height):
        """Mean lightness (0..100) and its standard deviation."""
        return 50, 20

    def panel(self, width, height):
        """A dark panel, as its user sees it."""
        return None

    def panel_fill(self, panel, color):
        pass

    def panel_text(self, panel, x, y, text, color, background, cell, rotation):
        """Write text straight onto the panel, cut at its right border."""

    def show(self, panel, canvas, roi, at, rotation):
        """Bring the part `roi` (x, y, width, height) of a canvas to the place `at` of the panel.

        Without a place it goes to the middle, cropped where it is larger, with black bars where it is smaller.
        """


class BlankEyes:
    """Takes the place of the eyes (eyes.py): no network, no cards."""

    def load(self, source):
        """A model from a path of the host or from bytes; ValueError when it is none.

        It has file_bytes, ram_bytes, version and input (width, height).
        """
        raise ValueError('no eyes')

    def forward(self, model, scene):
        """(typecode 'f' or 'B', bytes) of each output of the model for the scene."""
        raise ValueError('no eyes')

    def read_cards(self, scene):
        """The payloads (bytes) of the QR codes in the scene."""
        return []
