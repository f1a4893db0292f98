// Opens a gate for one thing, and shows the gauge on a pointer. Servos on pins 9 (gate) and 10 (pointer).
#include <Servo.h>

const char *WANTED = "cup";
Servo gate, pointer;

void setup() {
  Serial1.begin(115200);
  gate.attach(9);
  pointer.attach(10);
  gate.write(0);
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

void loop() {
  const char *text = message();
  if (!text) return;
  if (strcmp(text, "=--") == 0) return;  // off the gauge's line: the pointer stays
  if (text[0] == '=')
    pointer.write(map(atoi(text + 1), 0, 100, 0, 180));
  else
    gate.write(strcmp(text, WANTED) == 0 ? 90 : 0);
}
