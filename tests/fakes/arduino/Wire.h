// An I2C bus on which nobody answers.
#pragma once
#include "Arduino.h"

class TwoWire {
 public:
  void beginTransmission(int) {}
  void write(const uint8_t *, int) {}
  void endTransmission() {}
  int available() { return 0; }
  void requestFrom(int, int) {}
  int read() { return -1; }
};
