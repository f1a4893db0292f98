// After the card *link husky the camera is a HuskyLens for DFRobot's library HUSKYLENS.
#include "HUSKYLENS.h"

HUSKYLENS camera;

void setup() {
  Serial.begin(115200);
  Serial1.begin(9600);
  while (!camera.begin(Serial1)) delay(100);
}

void loop() {
  if (!camera.request()) return;
  while (camera.available()) {
    HUSKYLENSResult seen = camera.read();
    Serial.print("id ");
    Serial.println(seen.ID);
  }
}
