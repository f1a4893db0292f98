"""Eyes of the virtual board that are watched, and that know what they will be shown next."""

from madeleine.sim.eyes import HostEyes, Model, Outputs
from madeleine.sim.world import Scene
from madeleine.web.ahead import Ahead

REMEMBERED = 8  # pictures; those of a webcam never come again


class Eyes(HostEyes):
    """What the network was shown last, and what it made of it; `ahead` works for one of the models."""

    def __init__(self) -> None:
        super().__init__()
        self.name, self.outputs = "", Outputs()
        self.model: Model | None = None
        self.ahead: Ahead | None = None

    def expect(self, scene: Scene) -> None:
        """The app will ask for this scene next, when it goes on with the same network."""
        if self.ahead and self.ahead.model is self.model:
            self.ahead.begin(self._key(scene), scene.pixels)

    def forward(self, model: Model, scene: Scene) -> Outputs:
        while len(model.answers) > REMEMBERED:
            del model.answers[next(iter(model.answers))]
        if self.ahead and self.ahead.model is model:
            self.ahead.finish(self._key(scene))
        self.outputs = super().forward(model, scene)
        self.name, self.model = scene.name, model
        return self.outputs

    def taken(self) -> str:
        """The name of the picture that was shown since the last call, "" for none."""
        name, self.name = self.name, ""
        return name
