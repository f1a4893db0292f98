// Runs a sketch until its Grove port ends.
#include "Arduino.h"

HardwareSerial Serial(-1, 1), Serial1(0, 1);

int main(int count, char **given) {
  if (count > 1) Serial1.open(given[1]);
  setup();
  while (!Serial1.ended) loop();
}
