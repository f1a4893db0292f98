// Eight NeoPixels on pin 6 take a colour for each name, and go out when nothing is seen.
#include <Adafruit_NeoPixel.h>

Adafruit_NeoPixel pixels(8, 6, NEO_GRB + NEO_KHZ800);

void setup() {
  Serial1.begin(115200);
  pixels.begin();
  pixels.show();
}

// The next message of the camera when it is whole, else NULL: a name, "" for nothing, or "=42".
const char *message() {
  static char text[129];
  static size_t length = 0;
  while (Serial1.available()) {
    char letter = Serial1.read();
    if (letter == 0) {
      text[length] = 0;
      length = 0;
      return text;
    }
    if (length < sizeof text - 1) text[length++] = letter;
  }
  return NULL;
}

// The same colour for the same name, every time.
uint16_t hue(const char *name) {
  uint16_t sum = 0;
  while (*name) sum = sum * 31 + (uint8_t)*name++;
  return sum * 40503u;
}

void loop() {
  const char *text = message();
  if (!text || text[0] == '=') return;
  pixels.clear();
  if (text[0]) pixels.fill(pixels.ColorHSV(hue(text), 255, 60));
  pixels.show();
}
