"""Models (.kmodel) of every version: described, run and edited, or refused in one line.

python -m tests.fuzz.kmodels --cases 30000 --seed 1
"""

from functools import cache
from random import Random

import numpy as np
from madeleine.errors import ToolError
from madeleine.kpu import Network
from madeleine.kpu.editor.describe import as_text, facts
from madeleine.kpu.editor.edit import headless, with_byte_features, with_map
from madeleine.kpu.format.kmodel import HEADER, parse
from madeleine.kpu.format.other_versions import is_other, read_other
from madeleine.kpu.format.write import write

from tests.fuzz import noise
from tests.fuzz.harness import main
from tests.kpu.format.test_other_versions import version_4, version_5
from tests.kpu.small_model import model

FULL = 128.0  # the small model's features are below
RUN_WORK = 1 << 22  # multiplications; the reader allows more, which would take seconds
EDITS = (headless, with_map, lambda some: with_byte_features(some, FULL))


@cache
def _whole() -> tuple[bytes, ...]:
    """The small model, and what the editor makes of it; headers of the other versions."""
    small = model()
    plain = headless(small)
    return write(small), write(plain), write(with_byte_features(small, FULL)), version_4(), version_5()


def case(random: Random) -> None:
    """Numbers of a file replaced: most of them in its header and tables."""
    data = noise.corrupted(random, random.choice(_whole()), random.choice((HEADER.size, 200, 1000)))
    try:
        if is_other(data):
            read_other(data, "some")
            return
        network = Network.parse(data, "some")
        as_text(facts(network, len(data)))
        if sum(step.work for step in network.steps) < RUN_WORK:
            _run(random, network)
        edited = random.choice(EDITS)(network.model)
        assert parse(write(edited), "some") == edited
    except ToolError as error:
        assert "\n" not in str(error), str(error)


def _run(random: Random, network: Network) -> None:
    """The same picture twice gives the same bytes, whatever is in the file."""
    kind = np.uint8 if len(network.input_shape) == 3 else np.float32
    picture = np.full(network.input_shape, random.randrange(256), kind)
    first = network.outputs_bytes(picture)
    assert [len(one) for one in first] == [region.size for region in network.model.outputs]


if __name__ == "__main__":
    main(case)
