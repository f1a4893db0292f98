// DFRobot's library at work: does what the lines on standard input ask for, and says what came of it.
#include <iostream>
#include <sstream>

#include "HUSKYLENS.h"

HardwareSerial Serial(-1, 2), port(-1, -1);  // the library prints, too

static long asked(HUSKYLENS &lens, const std::string &word, std::istringstream &rest) {
  int number = 0, x = 0, y = 0;
  std::string text;
  if (word == "begin") return lens.begin(port);
  if (word == "request") return lens.request() ? lens.count() : -1;
  if (word == "request_id") return rest >> number, lens.request(number) ? lens.count() : -1;
  if (word == "arrows") return lens.requestArrows() ? lens.count() : -1;
  if (word == "learned") return lens.requestLearned() ? lens.countLearnedIDs() : -1;
  if (word == "id") return lens.read().ID;
  if (word == "algorithm") return rest >> number, lens.writeAlgorithm((protocolAlgorithm)number);
  if (word == "learn") return rest >> number, lens.writeLearn(number);
  if (word == "forget") return lens.writeForget();
  if (word == "name") return rest >> number >> text, lens.setCustomName(text.c_str(), number);
  if (word == "text") return rest >> x >> y >> text, lens.customText(text.c_str(), x, y);
  if (word == "clear") return lens.clearCustomText();
  if (word == "photo") return lens.savePictureToSDCard();
  if (word == "save") return lens.saveModelToSDCard(1);
  if (word == "pro") return lens.isPro();
  if (word == "version") return lens.writeFirmwareVersion("0.4.1");
  return -2;
}

int main(int, char **given) {
  port.open(given[1]);
  static HUSKYLENS lens;
  for (std::string line, word; std::getline(std::cin, line);) {
    std::istringstream rest(line);
    rest >> word;
    std::cout << word << " " << asked(lens, word, rest) << std::endl;
  }
}
