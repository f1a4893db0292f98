// Small pictures of what was learned. They stay in this browser; the camera keeps numbers and no picture.

import * as kept from './kept.js';

const SIDE_PX = 64;
const RECENT = 32; // pictures sent of late, among them the one that a `learned` names

const recent = new Map(); // number of the picture -> small canvas

/** Keeps picture `number`, which the canvas shows, until it is clear whether it was learned. */
export function remember(number, canvas) {
  const oldest = recent.size < RECENT ? null : recent.keys().next().value;
  const small = oldest === null ? document.createElement('canvas') : recent.get(oldest);
  recent.delete(oldest);
  small.width = small.height = SIDE_PX;
  small.getContext('2d').drawImage(canvas, 0, 0, SIDE_PX, SIDE_PX);
  recent.set(number, small);
}

/** Example `key` was learned from picture `number`. */
export function keep(key, number) {
  const small = recent.get(number);
  if (small) kept.keep('pictures', key, small.toDataURL('image/jpeg', 0.85));
}

/** The picture of example `key` as an address, or undefined: learned elsewhere. */
export const of = (key) => kept.of('pictures', key);
