// As much of the Arduino core as sketches for the Grove port need, on a computer. The port is a file that the program
// is given, or its standard input. Time goes at a tenth of its speed, because a turn of the virtual board may take longer
// than one of the camera.
#pragma once
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#define F(text) text
#define SLOWNESS 10
using std::max;
using std::min;
typedef uint8_t byte;

inline unsigned long millis() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (now.tv_sec * 1000 + now.tv_nsec / 1000000) / SLOWNESS;
}
inline void delay(unsigned long) {}
inline long map(long x, long a, long b, long c, long d) { return (x - a) * (d - c) / (b - a) + c; }

class String {
  std::string text;

 public:
  String(const char *given = "") : text(given) {}
  String(long number) : text(std::to_string(number)) {}
  const char *c_str() const { return text.c_str(); }
  unsigned length() const { return text.size(); }
  void toCharArray(char *to, unsigned size) const { snprintf(to, size, "%s", text.c_str()); }
  String operator+(const String &other) const { return String((text + other.text).c_str()); }
};

class Print {
 public:
  virtual size_t write(const uint8_t *data, size_t count) = 0;
  void print(const char *text) { write((const uint8_t *)text, strlen(text)); }
  void print(const String &text) { print(text.c_str()); }
  void print(long number) { print(std::to_string(number).c_str()); }
  void println() { print("\n"); }
  template <class T> void println(T what) { print(what), println(); }
};

class Stream : public Print {
 public:
  virtual int available() = 0;
  virtual int read() = 0;
};

class HardwareSerial : public Stream {
  int in, out;
  uint8_t next = 0;
  bool waiting = false;

 public:
  bool ended = false;
  HardwareSerial(int in, int out) : in(in), out(out) {}
  void begin(unsigned long) {}
  void open(const char *path) { in = out = ::open(path, O_RDWR | O_NOCTTY); }
  operator bool() { return true; }
  int available() override {
    pollfd port = {in, POLLIN, 0};
    if (!waiting && !ended && poll(&port, 1, 5) > 0) {
      waiting = ::read(in, &next, 1) == 1;
      ended = !waiting;
    }
    return waiting;
  }
  int read() override {
    if (!available()) return -1;
    waiting = false;
    return next;
  }
  size_t write(const uint8_t *data, size_t count) override { return ::write(out, data, count); }
};

extern HardwareSerial Serial, Serial1;
void setup();
void loop();
