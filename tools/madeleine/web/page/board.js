// The drawn M5StickV: its screen pixel for pixel, its light, its two buttons, and its size on the page.

import { find } from './dom.js';
import { SCREEN_HEIGHT_PX, SCREEN_WIDTH_PX, unpack } from './frames.js';

const WIDTH_UNITS = 352; // of the drawing; one unit is one pixel of the screen
const HEIGHT_UNITS = 196;
const HEIGHT_SHARE = 0.6; // of the window, so that the answer below stays in view
const PROJECTED_SHARE = 0.7;
const BRIGHTEST = 15; // of the backlight

export class Board {
  /** `press(name, down)` is told of each change of a button. */
  constructor(press) {
    this.press = press;
    this.root = find('board');
    this.context = find('screen').getContext('2d');
    this.pixels = new ImageData(SCREEN_WIDTH_PX, SCREEN_HEIGHT_PX);
    this.buttons = { A: find('button-a'), B: find('button-b') };
    this.fingers = { A: new Set(), B: new Set() }; // a pointer's number or a key's name
    for (const name of ['A', 'B']) this.feel(name, this.buttons[name]);
    addEventListener('blur', () => this.letGo());
    new ResizeObserver(() => this.fit()).observe(this.root.parentElement);
    addEventListener('resize', () => this.fit());
  }

  /** `rgb`: the bytes of the panel, row by row. */
  show(rgb) {
    unpack(rgb, this.pixels.data);
    this.context.putImageData(this.pixels, 0, 0);
  }

  /** `led`: red, green and blue, each 0 or 1; `backlight` 0 to 15. */
  light(led, backlight) {
    const lit = led.some(Boolean);
    find('led').style.fill = lit ? `rgb(${led.map((on) => (on ? 255 : 40)).join(' ')})` : '';
    find('led').classList.toggle('lit', lit);
    find('screen').style.opacity = backlight ? 0.5 + (0.5 * backlight) / BRIGHTEST : 0;
  }

  /** Draws the eye to the buttons of which `names` has the letter. */
  point(names) {
    for (const name of ['A', 'B']) this.buttons[name].classList.toggle('wanted', names.includes(name));
  }

  feel(name, button) {
    button.onpointerdown = (event) => {
      if (event.button !== 0) return;
      button.setPointerCapture(event.pointerId);
      this.finger(name, event.pointerId, true);
    };
    button.onpointerup = button.onpointercancel = button.onlostpointercapture = (event) => {
      this.finger(name, event.pointerId, false);
    };
    button.oncontextmenu = (event) => event.preventDefault(); // a long touch is a hold here
  }

  /** A key goes down or up; whether it meant a button. */
  key(event, down) {
    const focused = Object.keys(this.buttons).find((name) => this.buttons[name] === document.activeElement);
    const name = event.key === ' ' || event.key === 'Enter' ? focused : event.key.toUpperCase();
    if (!(name in this.buttons)) return false;
    this.finger(name, event.code, down);
    return true;
  }

  /** A finger comes onto a button or leaves it; the button is down as long as one is on it. */
  finger(name, id, down) {
    const fingers = this.fingers[name];
    const before = fingers.size > 0;
    if (down) fingers.add(id);
    else fingers.delete(id);
    if (fingers.size > 0 === before) return;
    this.buttons[name].classList.toggle('down', down);
    this.press(name, down);
  }

  letGo() {
    for (const [name, fingers] of Object.entries(this.fingers)) {
      for (const id of [...fingers]) this.finger(name, id, false);
    }
  }

  /** As large as there is room, in whole or half pixels of the display for each pixel of the screen. */
  fit() {
    const share = document.body.dataset.view === 'projector' ? PROJECTED_SHARE : HEIGHT_SHARE;
    const room = Math.min(this.root.parentElement.clientWidth / WIDTH_UNITS, (innerHeight * share) / HEIGHT_UNITS);
    const dots = Math.max(1, Math.floor(2 * room * devicePixelRatio) / 2); // half ones rather than half as large
    this.root.style.setProperty('--unit', `${dots / devicePixelRatio}px`);
  }
}
