// A strip that says its colour.
#pragma once
#include "Arduino.h"

#define NEO_GRB 0
#define NEO_KHZ800 0

class Adafruit_NeoPixel {
  uint32_t color = 0;

 public:
  Adafruit_NeoPixel(int, int, int) {}
  void begin() {}
  void clear() { color = 0; }
  void fill(uint32_t given) { color = given; }
  static uint32_t ColorHSV(uint16_t hue, uint8_t saturation = 255, uint8_t value = 255) {
    return (uint32_t)hue << 16 | saturation << 8 | value;
  }
  void show() { printf("pixels %08x\n", color), fflush(stdout); }
};
