// Where names go on the map: near their dots, within the map, on no other name, and on no dot where there is room.

import { clamp } from './scale.js';

const BORDER = 1.27, TOP = -1.05, BOTTOM = 1.15; // within these all names stay
const LETTER = 0.088, WIDE_LETTER = 0.155; // of the map; kana and kanji are wide
const WIDE = /[\u1100-\u11ff\u2e80-\uffdc]/;
const NAME_HEIGHT = 0.16, GAP = 0.1;
const ABOVE = 0.12, BELOW = 0.04; // of a name, from its base line
const DOT = 0.06;
const STEP_X = 0.1, STEP_Y = 0.08;
const ROUNDING = 1e-9;

/** About how wide a name is. */
export function widthOf(name) {
  return [...name].reduce((sum, letter) => sum + (WIDE.test(letter) ? WIDE_LETTER : LETTER), 0);
}

/** Names, [{x, y, width}], as near to their places as it can be: the same with other x and y. `dots`: [[x, y]]. */
export function apart(names, dots = []) {
  const placed = [];
  for (const name of names.toSorted((one, other) => other.y - one.y)) {
    const all = places(name).filter((place) => placed.every((other) => !overlap(other, { ...place, width: name.width })));
    const best = all.find((place) => !dots.some((dot) => covers(place, name.width, dot))) ?? all[0];
    placed.push(Object.assign(name, best));
  }
  return names;
}

/** All places of a name within the map, the nearest first. */
function places({ x, y, width }) {
  const most = Math.max(0, BORDER - width / 2);
  const columns = [clamp(x, -most, most), ...steps(-most, most, STEP_X)];
  const rows = [clamp(y, TOP, BOTTOM), ...steps(TOP, BOTTOM, STEP_Y)];
  const far = (place) => Math.hypot(place.x - x, place.y - y);
  const all = rows.flatMap((row) => columns.map((column) => ({ x: column, y: row })));
  return all.map((place) => [far(place), place]).sort(([one], [other]) => one - other).map(([, place]) => place);
}

const steps = (from, to, step) => Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, at) => from + at * step);

function overlap(one, other) {
  return Math.abs(one.y - other.y) < NAME_HEIGHT - ROUNDING && Math.abs(one.x - other.x) < (one.width + other.width) / 2 + GAP;
}

function covers({ x, y }, width, [dotX, dotY]) {
  return Math.abs(dotX - x) < width / 2 + DOT && dotY > y - ABOVE - DOT && dotY < y + BELOW + DOT;
}
