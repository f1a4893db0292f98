"""Every view on a strict little canvas: nothing outside what the panel shows, no empty text, nothing overlaps."""

import image

import numpy as np
import pytest
import screen
from canvas import BANDS_BYTES, Bands
from hypothesis import given
from hypothesis import strategies as st
from letters import LINES_PX
from madeleine.sim.world import AI_RAM
from screen import AMBER, BLUE, GREEN, GREY, LARGE, LINE_PX, RED, SMALL, Screen
from view import View

WINDOW = (0, 44, 224, 135)  # of the M5StickV in its picture
WINDOWS = [WINDOW, (0, 0, 224, 224)]  # and of a board with a larger panel, or with none
LONG = "Flash could not be written (error 5): try again or restart the camera."
WIDTHS_PX = (7, 13)  # of a letter of Face


class Face:
    """A typeface whose letters are all as wide; it writes on a Canvas."""

    MORE = "…"

    def width(self, text, size):
        return len(text) * WIDTHS_PX[size]

    def draw(self, canvas, x, y, what):
        text, size, color, ground = what
        assert text and ground in (screen.BLACK, GREY)
        box = (x, y, self.width(text, size), LINES_PX[size])
        canvas.inside(*box)
        canvas.texts.append((*box, text, color, size))
        return box[2]


class Canvas:
    """Records what is drawn and fails on what the panel would not show."""

    def __init__(self, window):
        self.left, self.top, width, height = window
        self.right, self.bottom = self.left + width, self.top + height
        self.texts = []  # (x, y, width, height, text, color, size)
        self.boxes = []  # (x, y, width, height, color, fill)

    def inside(self, x, y, width, height):
        assert all(isinstance(number, int) for number in (x, y, width, height))
        assert width > 0 and height > 0
        assert self.left <= x and x + width <= self.right, (x, width)
        assert self.top <= y and y + height <= self.bottom, (y, height)

    def draw_rectangle(self, x, y, width, height, *, color, fill, thickness):
        if not fill:  # the line lies half outside
            outer = thickness // 2
            self.inside(x - outer, y - outer, width + 2 * outer, height + 2 * outer)
        self.inside(x, y, width, height)
        self.boxes.append((x, y, width, height, color, fill))

    def words(self) -> list[str]:
        """All texts, the digits of the distance as one."""
        words, digits = [], ""
        for text in self.texts:
            if len(text[4]) == 1 and text[4] in "0123456789" and text[6] == SMALL:
                digits += text[4]
            else:
                words += [digits] if digits else []
                words.append(text[4])
                digits = ""
        return words + ([digits] if digits else [])


def window_of(window=WINDOW) -> Screen:
    made = Screen(*window)
    made.face = Face()
    return made


def drawn(window=WINDOW, **fields) -> Canvas:
    canvas = Canvas(window)
    window_of(window).draw(canvas, filled(View(), **fields))
    return canvas


def filled(view: View, **fields) -> View:
    for name, value in fields.items():
        assert hasattr(view, name)
        setattr(view, name, value)
    return view


LIVE = {"selected": "cup", "count": 3, "battery": 87, "distance": 1234, "number": 123, "limit": 2000, "strict": 850}
NONE = ("A", "new: ", "B", "new")  # no class, no example
CUP = ("A", "cup (3)", "B", "new")
ASKS = {"question": "Forget all?", "hint": "A: yes   B: no"}
CHOOSES = {"cursor": 1, "hint": "A: choose   B: next"}
VIEWS = [
    ({}, [*NONE]),
    (LIVE, [*CUP, "123"]),
    ({**LIVE, "name": "cup", "sure": True}, ["cup", *CUP, "123"]),
    ({**LIVE, "name": "cup"}, ["cup?", *CUP, "123"]),
    ({"distance": 0, "number": 0}, [*NONE, "0"]),
    ({"distance": 99995, "number": 10000, "limit": 2000}, [*NONE, "10000"]),
    ({"gauge": "--", "percent": None}, ["--", *NONE]),
    ({"gauge": 0, "percent": 0}, ["0", *NONE]),
    ({"gauge": 100, "percent": 100}, ["100", *NONE]),
    ({"gauge": -250, "percent": 10, "unit": "ml", "gauge_name": "tank"}, ["-250 ml", "tank", *NONE]),
    ({"gauge": "--", "percent": None, "unit": "°C"}, ["-- °C", *NONE]),
    ({"message": "learned cup (3)", "distance": 3, "number": 0}, ["learned cup (3)"]),
    ({"message": "x", "count_down": 3, "ring": 9, "lesson": "learn cup"}, ["3", "learn cup"]),
    ({"count_down": 0, "lesson": "set 100", "hint": "A, B: stop"}, ["0", "set 100", "A, B: stop"]),
    ({"count_down": 2, **ASKS}, ["Forget all?", "A: yes   B: no"]),
    ({**LIVE, "menu": ["one", "two"], "message": "x", **CHOOSES}, ["one", "two", "A: choose   B: next"]),
    ({**LIVE, "menu": ["a (1)", "b (9)"], "views": [1, 5], **CHOOSES}, ["a (1)", "b (9)", "A: choose   B: next"]),
    ({**LIVE, "following": "ball"}, ["A", "cup (3)", "B", "ball", "123"]),
    ({**LIVE, "hint": "A, B: end"}, ["A, B: end", "123"]),
]


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize(("fields", "expected"), VIEWS)
def test_what_each_view_says(fields, expected, window):
    assert drawn(window, **fields).words() == expected


def pictures(window: Screen, shown: list[dict]) -> list[bytes]:
    """The pixels of a white picture under each of these views, one after the other."""
    view, pixels = View(), []
    for fields in shown:
        filled(view, **vars(View()))
        picture = image.Image(size=(window.width, window.height))
        picture.draw_rectangle(0, 0, window.width, window.height, color=screen.WHITE, fill=True)
        window.draw(picture, filled(view, **fields))
        pixels.append(bytes(picture.to_bytes()))
    return pixels


@pytest.mark.parametrize("size_bytes", [0, 14000, BANDS_BYTES])
def test_a_band_of_memory_looks_like_what_is_drawn(painted_board, size_bytes):
    """With room for no band, for the answer's, for two."""
    shown = [fields for fields, _ in VIEWS] + [{**LIVE, "distance": 7, "number": 1}, {**LIVE, "number": 4321}, LIVE]
    plain, quick = Screen(0, 0, 224, 135), Screen(0, 0, 224, 135)
    quick.bands = Bands(image.Image, quick.width, AI_RAM + 4096, size_bytes, screen.ANSWER_PX)
    for fields, slow, fast in zip(shown, pictures(plain, shown), pictures(quick, shown), strict=True):
        assert np.array_equal(np.frombuffer(slow, "u1"), np.frombuffer(fast, "u1")), fields


def boxes(canvas: Canvas, color) -> list[tuple]:
    return [box for box in canvas.boxes if box[4] == color]


def test_colours_tell_what_is_going_on():
    assert not boxes(drawn(**LIVE), GREEN) and not boxes(drawn(**LIVE), RED)
    seen, probable = drawn(**LIVE, name="cup", sure=True), drawn(**LIVE, name="cup")
    assert len(boxes(seen, GREEN)) == 1 and not boxes(seen, GREEN)[0][5]
    assert [text[4] for text in seen.texts if text[5] == GREEN] == ["cup"]
    assert len(boxes(probable, AMBER)) == 1 and not boxes(probable, GREEN)
    assert [text[4] for text in probable.texts if text[5] == AMBER] == ["cup?"]
    assert boxes(drawn(count_down=3, lesson="x"), RED)


def luminance(color) -> float:
    """Relative luminance (WCAG 2)."""
    linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in color)]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("color", [GREEN, AMBER, RED, BLUE, screen.WHITE])
def test_every_colour_of_text_stands_out_from_its_ground(color):
    grounds = [screen.BLACK, GREY] if color == screen.WHITE else [screen.BLACK]
    for ground in grounds:
        assert (luminance(color) + 0.05) / (luminance(ground) + 0.05) >= 4.5


@pytest.mark.parametrize(("percent", "width"), [(None, 0), (0, 0), (1, 2), (50, 107), (100, 214)])
def test_the_bar_of_the_gauge(percent, width):
    bars = [box for box in boxes(drawn(gauge="x", percent=percent), BLUE) if box[5]]
    assert [bar[2] for bar in bars] == ([width] if width else [])


@pytest.mark.parametrize(("name", "size"), [("cup", LARGE), ("a" * 16, LARGE), ("a" * 17, SMALL), ("りんご", LARGE)])
def test_a_short_name_is_written_large(name, size):
    assert drawn(name=name, sure=True).texts[0][4:7] == (name, GREEN, size)


def test_a_long_name_is_cut_and_says_so():
    assert drawn(name="a" * 32, sure=True).words()[0] == "a" * 29 + "…"
    assert drawn(name="a" * 32).words()[0] == "a" * 28 + "…?"


@given(st.lists(st.sampled_from([fields for fields, _ in VIEWS]), max_size=8))
def test_what_is_drawn_does_not_depend_on_what_was_before(shown):
    view, window = View(), window_of()
    for fields in [*shown, LIVE]:
        filled(view, **vars(View()))
        canvas, alone = Canvas(WINDOW), drawn(**fields)
        window.draw(canvas, filled(view, **fields))
        assert (canvas.texts, canvas.boxes) == (alone.texts, alone.boxes)


def test_each_part_is_laid_out_when_it_changes_and_not_for_a_distance(monkeypatch):
    laid_out = []
    monkeypatch.setattr(screen, "_answer", lambda area, view: laid_out.append(view.name))
    monkeypatch.setattr(screen, "_talk", lambda area, view: laid_out.append("the rest"))
    view, window = View(), window_of()
    for fields in (
        {"distance": 0, "number": 0},
        {"distance": 1, "number": 0},
        {"distance": 2, "number": 0},
        {"name": "cup"},
        {"distance": 3, "number": 0},
        {"menu": ["one"]},
    ):
        window.draw(Canvas(WINDOW), filled(view, **fields))
    assert laid_out == [None, "the rest", "cup", "cup", "the rest"], "a menu hides the answer"


def overlap(one, other) -> bool:
    return all(one[i] < other[i] + other[i + 2] and other[i] < one[i] + one[i + 2] for i in (0, 1))


@given(
    name=st.none() | st.text(min_size=1, max_size=32),
    selected=st.text(min_size=1, max_size=32),
    distance=st.sampled_from([None, 0, 12345]),
    gauge=st.sampled_from([None, "--", 7, 100, -9999]),
    unit=st.text(max_size=8),
    gauge_name=st.text(max_size=24),
    battery=st.sampled_from([None, 0, 100]),
)
def test_names_of_any_length_leave_the_rest_readable(name, selected, distance, gauge, unit, gauge_name, battery):
    of_gauge = {"gauge": gauge, "unit": unit, "gauge_name": gauge_name}
    canvas = drawn(
        name=name,
        selected=selected,
        count=250,
        distance=distance,
        number=None if distance is None else distance // 10,
        battery=battery,
        **of_gauge,
    )
    assert not any(overlap(one, other) for i, one in enumerate(canvas.texts) for other in canvas.texts[:i])
    assert any(word.endswith(" (250)") for word in canvas.words())


@pytest.mark.parametrize("text", ["short", LONG, LONG * 2, "x" * 100, "コップ " * 30])
def test_a_message_takes_up_to_three_lines_on_black(text):
    canvas = drawn(message=text, selected="cup", count=1, battery=50)
    lines = window_of().wrapped(text, 216)[:3]
    assert canvas.words() == lines
    black = boxes(canvas, screen.BLACK)[0]
    for x, y, width, height, word, *_ in canvas.texts:
        assert black[0] <= x and x + width <= black[0] + black[2], word
        assert black[1] <= y and y + height <= black[1] + black[3], word


@given(st.text("ab ", max_size=80), st.integers(7, 210))
def test_wrapped_loses_no_letter_and_keeps_within_the_width(text, width):
    lines = window_of().wrapped(text, width)
    assert all(Face().width(line, SMALL) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_lines_are_broken_between_words():
    assert window_of().wrapped("the first of many words", 63) == ["the first", "of many", "words"]
    assert window_of().wrapped("incomprehensible", 42) == ["incomp", "rehens", "ible"]


@pytest.mark.parametrize("lines", [1, 9, 10, 14])
def test_the_menu_shows_the_line_under_the_cursor(lines):
    titles = [f"line {i}" for i in range(lines)]
    for cursor in range(lines):
        canvas = drawn(menu=titles, cursor=cursor, hint="A: choose   B: next")
        (grey,) = boxes(canvas, GREY)
        (chosen,) = [text for text in canvas.texts if grey[1] <= text[1] < grey[1] + grey[3]]
        assert chosen[4] == titles[cursor] and grey[3] == LINE_PX
        *shown, hint = canvas.words()
        assert shown == titles[titles.index(shown[0]) :][: min(8, lines)]
        assert hint == "A: choose   B: next"


def test_long_lines_of_the_menu_are_cut():
    assert drawn(menu=["forget " + "x" * 40]).words()[0] == "forget " + "x" * 22 + "…"


@pytest.mark.parametrize(("distance", "left"), [(0, 0), (1000, 73), (2000, 147), (3000, 221), (9999, 221)])
def test_the_mark_on_the_meter_says_how_far_it_is(distance, left):
    canvas = drawn(distance=distance, limit=2000, strict=1000)
    zones = boxes(canvas, screen.DARK_GREEN) + boxes(canvas, screen.DARK_AMBER)
    assert [zone[0] + zone[2] for zone in zones] == [74, 149], "up to the strict mark, and to the limit"
    assert [box[0] for box in canvas.boxes if box[4] == screen.WHITE and box[5]] == [left]
    assert not boxes(drawn(), screen.DARK_GREEN), "nothing was taught"


@pytest.mark.parametrize(
    ("battery", "low", "color", "width"),
    [(100, False, screen.WHITE, 18), (50, False, screen.WHITE, 9), (20, True, RED, 3), (0, True, RED, 1)],
)
def test_the_battery_is_red_when_it_is_low(battery, low, color, width):
    outline, knob, charge = boxes(drawn(battery=battery, low=low), color)
    assert not outline[5] and knob[2] == 2 and charge[2] == width
    *_, upper, lower = boxes(drawn(battery=battery, low=low, usb=True), color)
    assert upper[0] == lower[0] == outline[0] - 3 and upper[2] == 3, "a plug"
    assert not boxes(drawn(), screen.WHITE)
