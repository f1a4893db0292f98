"""Every view on a strict little canvas: nothing outside what the panel shows, no empty text, nothing overlaps."""

import pytest
import screen
from hypothesis import given
from hypothesis import strategies as st
from screen import AMBER, BLUE, CELL_PX, GREEN, GREY, LINE_PX, RED, Screen, plain, wrapped
from view import View

WINDOW = (0, 44, 224, 135)  # of the M5StickV in its picture
WINDOWS = [WINDOW, (0, 0, 224, 224)]  # and of a board with a larger panel, or with none
LONG = "Flash could not be written (error 5): try again or restart the camera."


class Canvas:
    """Records what is drawn and fails on what the panel would not show."""

    def __init__(self, window):
        self.left, self.top, width, height = window
        self.right, self.bottom = self.left + width, self.top + height
        self.texts = []  # (x, y, width, height, text, color, scale), without shadows
        self.boxes = []  # (x, y, width, height, color, fill)

    def _inside(self, x, y, width, height):
        assert all(isinstance(number, int) for number in (x, y, width, height))
        assert width > 0 and height > 0
        assert self.left <= x and x + width <= self.right, (x, width)
        assert self.top <= y and y + height <= self.bottom, (y, height)

    def draw_string(self, x, y, text, *, color, scale, x_spacing, mono_space):
        assert text and all(32 <= ord(character) < 127 for character in text)
        assert mono_space and x_spacing == 0  # the width that Area reckons with
        box = (x, y, len(text) * CELL_PX * scale, LINE_PX * scale)
        self._inside(*box)
        if color != screen.BLACK:
            self.texts.append((*box, text, color, scale))

    def draw_rectangle(self, x, y, width, height, *, color, fill, thickness):
        if not fill:  # the line lies half outside
            outer = thickness // 2
            self._inside(x - outer, y - outer, width + 2 * outer, height + 2 * outer)
        self._inside(x, y, width, height)
        self.boxes.append((x, y, width, height, color, fill))

    def words(self) -> list[str]:
        return [text[4] for text in self.texts]


def drawn(window=WINDOW, **fields) -> Canvas:
    canvas = Canvas(window)
    Screen(*window).draw(canvas, filled(View(), **fields))
    return canvas


def filled(view: View, **fields) -> View:
    for name, value in fields.items():
        assert hasattr(view, name)
        setattr(view, name, value)
    return view


LIVE = {"selected": "cup", "count": 3, "status": "12.3 fps 87%", "distance": 1234}
NONE = " (0)"  # no class, no example
VIEWS = [
    ({}, [NONE]),
    (LIVE, ["123.4", "cup (3)", "12.3 fps 87%"]),
    ({**LIVE, "name": "cup", "sure": True}, ["123.4", "cup", "cup (3)", "12.3 fps 87%"]),
    ({**LIVE, "name": "cup"}, ["123.4", "cup?", "cup (3)", "12.3 fps 87%"]),
    ({"distance": 0}, ["0.0", NONE]),
    ({"gauge": "--", "percent": None}, [" --", NONE]),
    ({"gauge": 0, "percent": 0}, ["  0", NONE]),
    ({"gauge": 100, "percent": 100}, ["100", NONE]),
    ({"gauge": -250, "percent": 10, "unit": "ml", "gauge_name": "tank"}, ["-250 ml", "tank", NONE]),
    ({"gauge": "--", "percent": None, "unit": "°C"}, [" -- ?C", NONE]),
    ({"message": "learned cup (3)"}, [NONE, "learned cup (3)"]),
    ({"message": "x", "count_down": 3, "lesson": "learn cup"}, [NONE, "3", "learn cup"]),
    ({"count_down": 0, "lesson": "set 100"}, [NONE, "0", "set 100"]),
    ({"count_down": 2, "question": "Forget all?"}, [NONE, "Forget all?", "A: yes   B: no"]),
    ({**LIVE, "menu": ["one", "two"], "cursor": 1, "message": "x"}, ["one", "two"]),
]


def texts_of(canvas: Canvas) -> list[str]:
    return [word for word in canvas.words() if word.strip()]


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize(("fields", "expected"), VIEWS)
def test_what_each_view_says(fields, expected, window):
    assert texts_of(drawn(window, **fields)) == expected


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


@pytest.mark.parametrize(("percent", "width"), [(None, 0), (0, 0), (1, 2), (50, 107), (100, 214)])
def test_the_bar_of_the_gauge(percent, width):
    bars = [box for box in boxes(drawn(gauge="x", percent=percent), BLUE) if box[5]]
    assert [bar[2] for bar in bars] == ([width] if width else [])


@pytest.mark.parametrize(("name", "scale"), [("cup", 3), ("a" * 9, 3), ("a" * 10, 2), ("a" * 13, 2), ("a" * 14, 1)])
def test_a_short_name_is_written_large(name, scale):
    assert drawn(name=name, sure=True).texts[0][4:7] == (name, GREEN, scale)


def test_a_long_name_is_cut():
    assert drawn(name="a" * 32, sure=True).words()[0] == "a" * 27
    assert drawn(name="a" * 32).words()[0] == "a" * 26 + "?"


def test_what_the_fonts_lack_is_a_question_mark():
    assert plain("コップ 1\n~") == "??? 1?~"
    assert drawn(name="カップ", sure=True).words()[0] == "???"


@given(st.lists(st.sampled_from([fields for fields, _ in VIEWS]), max_size=8))
def test_what_is_drawn_does_not_depend_on_what_was_before(shown):
    view, window = View(), Screen(*WINDOW)
    for fields in [*shown, LIVE]:
        filled(view, **vars(View()))
        canvas, alone = Canvas(WINDOW), drawn(**fields)
        window.draw(canvas, filled(view, **fields))
        assert (canvas.texts, canvas.boxes) == (alone.texts, alone.boxes)


def test_it_is_laid_out_when_the_view_changes_and_not_for_a_distance(monkeypatch):
    laid_out = []
    monkeypatch.setattr(screen, "_lay_out", lambda area, view: laid_out.append(view.name))
    view, window = View(), Screen(*WINDOW)
    for fields in ({}, {"distance": 1}, {"distance": 2}, {"name": "cup"}, {"distance": 3}, {"menu": ["one"]}):
        window.draw(Canvas(WINDOW), filled(view, **fields))
    assert laid_out == [None, "cup", "cup"]


def overlap(one, other) -> bool:
    return all(one[i] < other[i] + other[i + 2] and other[i] < one[i] + one[i + 2] for i in (0, 1))


@given(
    name=st.none() | st.text(min_size=1, max_size=32),
    selected=st.text(min_size=1, max_size=32),
    distance=st.sampled_from([None, 0, 12345]),
    gauge=st.sampled_from([None, "--", 7, 100, -9999]),
    unit=st.text(max_size=8),
    gauge_name=st.text(max_size=24),
    status=st.sampled_from(["0.0 fps", "12.3 fps 100%"]),
)
def test_names_of_any_length_leave_the_rest_readable(name, selected, distance, gauge, unit, gauge_name, status):
    of_gauge = {"gauge": gauge, "unit": unit, "gauge_name": gauge_name}
    canvas = drawn(name=name, selected=selected, count=250, distance=distance, status=status, **of_gauge)
    assert not any(overlap(one, other) for i, one in enumerate(canvas.texts) for other in canvas.texts[:i])
    assert any(word.endswith(" (250)") for word in canvas.words()) and status in canvas.words()


@pytest.mark.parametrize("text", ["short", LONG, LONG * 2, "x" * 100, "コップ " * 30])
def test_a_message_takes_up_to_three_lines_on_black(text):
    canvas = drawn(message=text, selected="cup", count=1, status="12.3 fps")
    lines = wrapped(plain(text), 27)[:3]
    assert [word for word in canvas.words() if word != "cup (1)" and word != "12.3 fps"] == lines
    black = boxes(canvas, screen.BLACK)[0]
    for x, y, width, height, word, *_ in canvas.texts:
        if word in lines:
            assert black[0] <= x and x + width <= black[0] + black[2]
            assert black[1] <= y and y + height <= black[1] + black[3]
        else:
            assert not overlap((x, y, width, height), black)


@given(st.text("ab ", max_size=80), st.integers(1, 30))
def test_wrapped_loses_no_letter_and_keeps_within_the_columns(text, columns):
    lines = wrapped(text, columns)
    assert all(len(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_lines_are_broken_between_words():
    assert wrapped("the first of many words", 9) == ["the first", "of many", "words"]
    assert wrapped("incomprehensible", 6) == ["incomp", "rehens", "ible"]


@pytest.mark.parametrize("lines", [1, 9, 10, 14])
def test_the_menu_shows_the_line_under_the_cursor(lines):
    titles = [f"line {i}" for i in range(lines)]
    for cursor in range(lines):
        canvas = drawn(menu=titles, cursor=cursor)
        (grey,) = boxes(canvas, GREY)
        (chosen,) = [text for text in canvas.texts if grey[1] <= text[1] < grey[1] + grey[3]]
        assert chosen[4] == titles[cursor]
        assert canvas.words() == titles[titles.index(canvas.words()[0]) :][: min(9, lines)]


def test_long_lines_of_the_menu_are_cut():
    assert drawn(menu=["forget " + "x" * 40]).words() == ["forget " + "x" * 19]
