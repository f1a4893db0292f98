// Prints what the camera sees. G35 of its Grove port to RX1, GND to GND; docs/GROVE.md.

void setup() {
  Serial.begin(115200);
  Serial1.begin(115200);
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
  if (text[0] == '=') {
    Serial.print("gauge ");
    Serial.println(text + 1);
  } else if (text[0]) {
    Serial.print("I see ");
    Serial.println(text);
  } else {
    Serial.println("nothing");
  }
}
