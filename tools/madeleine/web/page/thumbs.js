// Small pictures of what was learned. They live in this tab only; the camera keeps numbers and no picture.

const SIDE_PX = 64;
const RECENT = 32; // pictures sent of late, among them the one that a `learned` names
const PREFIX = 'madeleine.thumb.';

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
  if (!small) return;
  try {
    sessionStorage.setItem(PREFIX + key, small.toDataURL('image/jpeg', 0.85));
  } catch (error) {
    if (error.name !== 'QuotaExceededError') throw error; // full: the example gets a plain tile
  }
}

/** The picture of example `key` as an address, or null: learned elsewhere or before this tab. */
export const of = (key) => sessionStorage.getItem(PREFIX + key);
