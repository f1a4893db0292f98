// Colours over a picture: the heat of 7 x 7 cells, or what speaks for one thing and what for another.

import { clamp } from './scale.js';

export const SIDE = 7, CELL_PX = 32, SIDE_PX = 224; // cell i looks around pixel 32 i
const STAYS = 0.35; // of the picture, where it is hottest
const FOR = [232, 93, 4], AGAINST = [30, 110, 220];

/** Between which cells a pixel lies, and how far on: [cell, next cell, share of the next]. `zeroPx`: where cell 0 looks. */
function between(pixel, zeroPx) {
  const at = clamp((pixel - zeroPx) / CELL_PX, 0, SIDE - 1);
  const low = Math.floor(at);
  return [low, Math.min(SIDE - 1, low + 1), at - low];
}

/** A number for each pixel, between those of the cells by straight lines; `topPx`: where the first row looks. */
export function smooth(cells, topPx = 0) {
  const pixels = new Float32Array(SIDE_PX * SIDE_PX);
  const columns = Array.from({ length: SIDE_PX }, (_, x) => between(x, 0));
  for (let y = 0, at = 0; y < SIDE_PX; y++) {
    const [above, below, down] = between(y, topPx);
    const row = Array.from({ length: SIDE }, (_, x) => cells[above * SIDE + x] * (1 - down) + cells[below * SIDE + x] * down);
    for (const [left, right, across] of columns) pixels[at++] = row[left] * (1 - across) + row[right] * across;
  }
  return pixels;
}

/** The colour of a heat of 0 to 1 on a ramp of colours. */
export function warm(ramp, heat) {
  const place = clamp(heat, 0, 1) * (ramp.length - 1);
  const low = ramp[Math.floor(place)], high = ramp[Math.ceil(place)];
  return low.map((value, at) => value + (high[at] - value) * (place % 1));
}

/** Lays colours over `rgba`, four bytes a pixel. `colour(number)` gives [red, green, blue], `share(number)` 0 to 1 of it. */
function lay(rgba, numbers, colour, share) {
  numbers.forEach((number, pixel) => {
    const part = (1 - STAYS) * share(number);
    if (!part) return;
    const tint = colour(number);
    for (let at = 0; at < 3; at++) rgba[4 * pixel + at] += part * (tint[at] - rgba[4 * pixel + at]);
  });
}

/** Heat of 0 to 255 a cell; what is below the ramp's first colour leaves the picture as it is. */
export function layHeat(rgba, cells, topPx, ramp) {
  const heats = smooth(cells.map((value) => value / 255), topPx);
  lay(rgba, heats, (heat) => warm(ramp, heat), (heat) => (heat * ramp.length < 1 ? 0 : 1));
}

/** Numbers above 0 speak for the answer, those below for the other; the largest is coloured most. */
export function layLead(rgba, cells, topPx) {
  const most = Math.max(...cells.map(Math.abs)) || 1;
  const shares = smooth(cells.map((value) => value / most), topPx);
  lay(rgba, shares, (value) => (value > 0 ? FOR : AGAINST), Math.abs);
}
