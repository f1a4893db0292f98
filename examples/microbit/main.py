# Shows on a micro:bit what the camera sees: the name runs through, a gauge is a column that rises.
# G35 of the camera's Grove port to pin 1, GND to GND; docs/GROVE.md.
from microbit import Image, display, pin0, pin1, uart

uart.init(baudrate=115200, tx=pin0, rx=pin1)
rest = b""


def show(text):
    if text.startswith("="):
        height = 0 if text == "=--" else (int(text[1:]) + 10) // 20
        rows = ["00900" if row >= 5 - height else "00000" for row in range(5)]
        display.show(Image(":".join(rows)))
    elif text:
        display.scroll(text, wait=False, loop=True)
    else:
        display.clear()


def step():
    global rest
    messages = (rest + (uart.read() or b"")).split(b"\0")
    rest = messages.pop()[-128:]
    for message in messages:
        show(message.decode())


if __name__ == "__main__":
    while True:
        step()
