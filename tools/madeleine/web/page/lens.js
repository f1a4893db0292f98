// What the camera gets: the chosen source, a held card before it, as pixels and as bytes.

import { isDark, LENS_PX, pack } from './frames.js';

/** A source is {kind, draw(context, nowMs), close()}; see sources.js. */
export class Lens {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d', { willReadFrequently: true });
    this.source = null;
    this.dark = false; // is all of it black?
    this.card = null; // a canvas as large as the lens, clear around the card
  }

  /** From now on the camera looks at `source`. */
  use(source) {
    this.source?.close();
    this.source = source;
    document.body.dataset.lens = source.kind;
    this.draw(performance.now());
  }

  draw(nowMs) {
    if (!this.source) return;
    this.source.draw(this.context, nowMs);
    if (this.card) this.drawCard();
  }

  drawCard() {
    const { context } = this;
    context.save();
    context.shadowColor = 'rgb(0 0 0 / 45%)';
    context.shadowBlur = 7;
    context.shadowOffsetY = 3;
    context.drawImage(this.card, 0, 0);
    context.restore();
  }

  /** The message with picture `number`, drawn as of now. */
  message(number, nowMs) {
    this.draw(nowMs);
    const { data } = this.context.getImageData(0, 0, LENS_PX, LENS_PX);
    this.dark = isDark(data);
    return pack(number, data);
  }
}
