// Pictures as bytes: what goes to the camera, what comes from its screen, and when the next picture may go.

export const LENS_PX = 224;
export const SCREEN_WIDTH_PX = 240;
export const SCREEN_HEIGHT_PX = 135;
const DARKEST = 24; // of 255: a lens cap, with the noise of a webcam
export const PATIENCE_MS = 500; // a picture that no turn has named after this long is given up

/** The message with picture `number` (1 to 2^32 - 1): 4 bytes little-endian, then RGB. `rgba`: 224 x 224 x 4 bytes. */
export function pack(number, rgba) {
  const message = new Uint8Array(4 + LENS_PX * LENS_PX * 3);
  new DataView(message.buffer).setUint32(0, number, true);
  for (let from = 0, to = 4; from < rgba.length; from += 4, to += 3) {
    message[to] = rgba[from];
    message[to + 1] = rgba[from + 1];
    message[to + 2] = rgba[from + 2];
  }
  return message;
}

/** Fills `rgba` (4 bytes a pixel) with the opaque pixels of `rgb` (3 bytes a pixel). */
export function unpack(rgb, rgba) {
  for (let from = 0, to = 0; to < rgba.length; from += 3, to += 4) {
    rgba[to] = rgb[from];
    rgba[to + 1] = rgb[from + 1];
    rgba[to + 2] = rgb[from + 2];
    rgba[to + 3] = 255;
  }
}

/** Is there nothing but black in `rgba`? One pixel in 97 is looked at: no row and no column alone. */
export function isDark(rgba) {
  for (let at = 0; at < rgba.length; at += 4 * 97) {
    if (Math.max(rgba[at], rgba[at + 1], rgba[at + 2]) > DARKEST) return false;
  }
  return true;
}

/** The largest square in the middle of a picture: [left, top, side]. */
export function middleSquare(width, height) {
  const side = Math.min(width, height);
  return [(width - side) / 2, (height - side) / 2, side];
}

/** A picture for each turn of the camera: one is on its way while the camera works on the last, none is ever queued. */
export class Pace {
  constructor() {
    this.number = 0; // of the last picture sent
    this.sentMs = -PATIENCE_MS;
    this.waiting = false;
  }

  due(nowMs) {
    return !this.waiting || nowMs - this.sentMs >= PATIENCE_MS;
  }

  /** The number of the picture that is sent now. */
  next(nowMs) {
    this.number = (this.number % 0xffffffff) + 1;
    this.sentMs = nowMs;
    this.waiting = true;
    return this.number;
  }

  /** The camera begins another turn. */
  turned() {
    this.waiting = false;
  }
}
