// The hand that holds a card before the lens: brings it, moves it, takes it away.

import { LENS_PX } from './frames.js';
import { cardSize, held, LABEL_MODULES, picture, QUIET_MODULES } from './perspective.js';

const MIDDLE = [LENS_PX / 2, LENS_PX / 2];
const STEP_PX = { ArrowLeft: [-6, 0], ArrowRight: [6, 0], ArrowUp: [0, -6], ArrowDown: [0, 6] };
const RASTER_PX = 8; // a module on the paper before it is seen in perspective

/** The card from the front: {width, height, grey}, for rows of '0' and '1' and the text under them. */
function paper(text, rows) {
  const [width, height] = cardSize(rows.length).map((modules) => modules * RASTER_PX);
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.fillStyle = 'black';
  drawCode(context, rows, RASTER_PX, QUIET_MODULES);
  if (height > width) {
    context.font = `600 ${2.6 * RASTER_PX}px system-ui, sans-serif`;
    context.textAlign = 'center';
    context.fillText(text, width / 2, height - LABEL_MODULES * RASTER_PX * 0.75, width * 0.85);
  }
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, grey: data.filter((_, at) => at % 4 === 0) };
}

/** Draws the dark modules of a code, `module` pixels each, inside a margin of `quiet` modules. */
export function drawCode(context, rows, module, quiet) {
  rows.forEach((row, down) => {
    for (let across = 0; across < row.length; across++) {
      if (row[across] === '1') context.fillRect((across + quiet) * module, (down + quiet) * module, module, module);
    }
  });
}

/** `changed()` is called whenever a card comes, moves or goes. */
export class Hand {
  constructor(lens, changed) {
    this.lens = lens;
    this.changed = changed;
    this.text = '';
    this.at = MIDDLE;
    this.layer = document.createElement('canvas');
    this.layer.width = this.layer.height = LENS_PX;
    this.followPointer(lens.canvas);
  }

  /** Holds the card with `text` before the lens; `rows` are the modules of its code. */
  hold(text, rows, at = MIDDLE) {
    if (text !== this.text) {
      this.paper = paper(text, rows);
      this.modules = rows.length;
    }
    this.text = text;
    this.place(at);
  }

  place(at) {
    this.at = at;
    const corners = held(...cardSize(this.modules), at);
    const pixels = new ImageData(picture(this.paper, corners, LENS_PX), LENS_PX);
    this.layer.getContext('2d').putImageData(pixels, 0, 0);
    this.show(this.layer);
  }

  release() {
    if (!this.text) return;
    this.text = '';
    this.show(null);
  }

  show(layer) {
    this.lens.card = layer;
    this.lens.draw(performance.now());
    document.body.dataset.heldCard = this.text;
    this.changed();
  }

  /** Moves the card for an arrow key, takes it away for Escape; whether the key meant something. */
  key(name) {
    if (!this.text) return false;
    if (name === 'Escape') this.release();
    else if (STEP_PX[name]) this.place([this.at[0] + STEP_PX[name][0], this.at[1] + STEP_PX[name][1]]);
    else return false;
    return true;
  }

  /** Where the pointer is on the lens picture, or null beside it. */
  under({ clientX, clientY }) {
    const box = this.lens.canvas.getBoundingClientRect();
    const at = [((clientX - box.left) / box.width) * LENS_PX, ((clientY - box.top) / box.height) * LENS_PX];
    return at.every((value) => value >= 0 && value < LENS_PX) ? at : null;
  }

  /** A held card follows the pointer that drags it, and is gone when it is dropped beside the lens. */
  followPointer(canvas) {
    let grip = null; // from the pointer to the card's middle
    canvas.onpointerdown = (event) => {
      const at = this.text && this.under(event);
      if (!at) return;
      grip = [this.at[0] - at[0], this.at[1] - at[1]];
      canvas.setPointerCapture(event.pointerId);
    };
    canvas.onpointermove = (event) => {
      const at = grip && this.text && this.under(event);
      if (at) this.place([at[0] + grip[0], at[1] + grip[1]]);
    };
    canvas.onpointerup = canvas.onpointercancel = (event) => {
      if (grip && !this.under(event)) this.release();
      grip = null;
    };
  }
}
