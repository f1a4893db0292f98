"""Why a model cannot be used: one sentence that the screen can hold, and what to do."""

import heap
import model_errors
import pytest

FLASH, CARD = "0x300000", "/sd/model.kmodel"
KMODEL_3, KMODEL_4, RUBBISH = b"\3\0\0\0\1\0\0\0", b"LDMK\4\0\0\0", b"\xff" * 8
LETTERS = 112
LOADS = [  # the firmware's error, the first bytes at the place, the heap, and what the sentence says
    ("[MAIXPY]kpu: load error:2, kmodel version not match", KMODEL_4, None, "has version 4, this firmware takes 3"),
    ("[MAIXPY]kpu: load error:2002, x", KMODEL_3, None, "is damaged"),
    ("[MAIXPY]kpu: load error:3, x", RUBBISH, None, "no model at"),
    ("[MAIXPY]kpu: load error:-3, x", None, None, "no kmodel of version 3 at"),
    ("[MAIXPY]kpu: load error:4, x", KMODEL_3, None, "is encrypted for another board"),
    ("[MAIXPY]kpu: load error:5, x", None, None, "cannot be read"),
    ("[MAIXPY]kpu: load error:6, x", KMODEL_3, heap.LEAST_BYTES + 1, "than there is: run madeleine install"),
    ("[MAIXPY]kpu: load error:6, x", KMODEL_3, heap.LEAST_BYTES, "is too large for this board"),
    ("[MAIXPY]kpu: load error:77, x", KMODEL_3, None, "does not load (error 77)"),
    ("\x7f\0 whatever lies in memory", KMODEL_3, None, "no kmodel of version 3 at"),
]


@pytest.mark.parametrize("place", [FLASH, CARD])
@pytest.mark.parametrize(("error", "head", "heap_bytes", "words"), LOADS)
def test_what_the_firmware_refuses(place, error, head, heap_bytes, words):
    sentence = model_errors.of_load(place, error, head, heap_bytes)
    assert words in sentence and len(sentence) <= LETTERS


def test_what_is_on_the_memory_card_is_taken_out_first():
    assert model_errors.of_picture(CARD).endswith("take the memory card out")
    assert model_errors.of_picture(FLASH).endswith("run madeleine flash --model madeleine")


def test_features_that_cannot_be_compared():
    sentence = model_errors.of_features(FLASH, "512 features")
    assert sentence.startswith("the model gives 512 features: ") and len(sentence) <= LETTERS
