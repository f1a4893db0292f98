// Names for what nobody has named yet: "thing 1" and on, because A and B are what the buttons are called.

import { word } from './words.js';

const DEFAULT = /^[A-Z]\d*$/; // what the camera calls a new class by itself (lib/classes.py)
const PRESSED_MS = 3000; // after B was pressed here, a new letter comes from that press

export class Naming {
  /** `select(name)` makes it the class that A teaches. */
  constructor(select) {
    this.select = select;
    this.pressedMs = -PRESSED_MS;
    this.asked = ''; // of which letter the camera has been told another name
  }

  /** Button B was pressed here. */
  pressed() {
    this.pressedMs = performance.now();
  }

  /** A turn: `selected` is what A teaches, `names` are all that is known. A letter that somebody chose stays. */
  turn(selected, names) {
    const own = DEFAULT.test(selected) && !names.includes(selected);
    const byItself = !names.length || performance.now() - this.pressedMs < PRESSED_MS;
    if (!own) this.asked = '';
    if (!own || !byItself || this.asked === selected) return;
    this.asked = selected;
    this.select(this.free(names));
  }

  free(names) {
    let number = 1;
    while (names.includes(word('thing', number))) number++;
    return word('thing', number);
  }
}
