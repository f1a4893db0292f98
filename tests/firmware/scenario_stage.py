"""Scenario files (tests/scenarios) on the real firmware: the same words, another stage.

The words act on the virtual board's world, as data; here that is carried to the emulator and back once a frame. A frame
lasts 50 ms there. Here it lasts at least as long, and until the app has taken another picture: a turn takes 60 ms on
v0.5.0_9, 70 to 120 ms on v0.4.0_47. The app looks at the buttons once in a turn, so a press or its end is held for two.
What the emulator has no hand for (troubles, files on flash, sounds) is left to the virtual board.
"""

from madeleine.fonts.make import font_files
from madeleine.model import find_model
from madeleine.sim.power import PowerCut, PowerOff
from madeleine.sim.scenario.stage import PictureStage
from madeleine.sim.world import FRAME_MS, world
from PIL import Image

from tests.firmware.harness import SLICE_MS, Camera, flash_of, packed_app
from tests.firmware.panel_text import shows

OURS = ("{", "Madeleine", "[DETECTED]", "[QR]", "[DISTANCE]")  # how lines of the app begin; others are the firmware's
PATIENCE = 20  # slices, for a picture to be taken: there is none while the app starts or writes
LEDS = {"red": "r", "green": "g", "blue": "b", "white": "w"}


class FirmwareStage(PictureStage):
    """A camera. Its flash outlives a cut, as that of a board does."""

    def __init__(self, folder, shots, model="tour"):
        super().__init__(folder)
        self._model = find_model(model).read_bytes()
        self._shots = shots  # folder
        self._files = packed_app()
        self._flash = None  # until the first start
        self._camera = None
        self._frames = 0
        world.power_on()
        self._pressed = dict(world.pressed)

    def shot(self, name, caption):
        Image.fromarray(self._camera.screen()).save(self._shots / name)

    def shows(self, text):
        return shows(self._camera.screen(), text)

    def configure(self, what, value):
        """The letters of a writing, and its sentences, before the first start."""
        if what != "writing" or self._flash is not None:
            raise ValueError(f"{what}: that is left to the virtual board")
        self._files |= font_files(value)

    def boot(self, director):
        self._flash = self._flash or flash_of(self._files, self._model)
        camera = self._camera = Camera(self._flash)
        camera.emulator.dvp.source = self._lens
        self._frames = 0
        try:
            while not self._frames:  # the firmware's own start, longer than a scenario's patience
                self._run()
            while True:
                self._run()
                director(world)
        except PowerOff:
            return "off"
        except PowerCut:
            return "cut"
        finally:
            self._flash = bytes(camera.emulator.flash.data)

    def _lens(self, _):
        self._frames += 1
        return world.scene.pixels

    def _run(self):
        """Carry what people did to the board, let it go on, and carry back what it did."""
        camera = self._camera
        changed = world.pressed != self._pressed
        self._pressed = dict(world.pressed)
        for button, pressed in world.pressed.items():
            (camera.emulator.press_button if pressed else camera.emulator.release_button)(button)
        camera.emulator.axp192.supply(world.battery_mv, usb=world.usb_mv > 0)
        if world.usb_in:
            camera.emulator.send(bytes(world.usb_in))
            world.usb_in[:] = b""
        heard = len(camera.said)
        wanted = self._frames + (2 if changed else 1)
        camera.run(FRAME_MS)
        for _ in range(PATIENCE):
            if self._frames < wanted:
                camera.run(SLICE_MS)
        ours = [line for line in camera.said[heard:] if line.startswith(OURS)]
        world.usb_out.extend("".join(line + "\n" for line in ours).encode())
        world.grove_out.extend(camera.grove())
        lit = (camera.led() or "").split("+")
        world.leds = {key: int(name in lit) for name, key in LEDS.items()}
