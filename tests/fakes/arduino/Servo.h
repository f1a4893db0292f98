// A servo that says where it turns.
#pragma once
#include "Arduino.h"

class Servo {
 public:
  void attach(int) {}
  void write(int angle) { printf("servo %d\n", angle), fflush(stdout); }
};
