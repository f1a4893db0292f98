// Colours over a picture: between the cells, from cold to hot, for one thing and for another.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CELL_PX, layHeat, layLead, SIDE, SIDE_PX, smooth, warm } from '../../../tools/madeleine/web/page/heat.js';

const RAMP = [[0, 0, 200], [0, 200, 0], [255, 0, 0]];
const GREY = 100;
const grey = () => new Uint8ClampedArray(4 * SIDE_PX * SIDE_PX).fill(GREY);
const cells = (row, column, value) => Array.from({ length: SIDE * SIDE }, (_, at) => (at === SIDE * row + column ? value : 0));
const at = (x, y) => SIDE_PX * y + x;
const pixel = (rgba, x, y) => [...rgba.slice(4 * at(x, y), 4 * at(x, y) + 3)];

test('a cell looks around pixel 32 i, and half as much half a cell farther', () => {
  const pixels = smooth(cells(2, 4, 1));
  assert.equal(pixels[at(4 * CELL_PX, 2 * CELL_PX)], 1);
  assert.equal(pixels[at(4 * CELL_PX + CELL_PX / 2, 2 * CELL_PX)], 0.5);
  assert.equal(pixels[at(5 * CELL_PX, 2 * CELL_PX)], 0);
});

test('rows of a network that sees upside down begin lower, and the edges go on', () => {
  const pixels = smooth(cells(0, 6, 1), 31);
  assert.equal(pixels[at(6 * CELL_PX, 31)], 1);
  assert.equal(pixels[at(SIDE_PX - 1, 0)], 1);
});

test('the ramp begins, ends and runs between', () => {
  assert.deepEqual([0, 0.25, 1, 9].map((heat) => warm(RAMP, heat)), [RAMP[0], [0, 100, 100], RAMP[2], RAMP[2]]);
});

test('what is cold stays as it is, what is hot is coloured', () => {
  const rgba = grey();
  layHeat(rgba, cells(3, 3, 255), 0, RAMP);
  assert.deepEqual(pixel(rgba, 0, 0), [GREY, GREY, GREY]);
  const [red, green] = pixel(rgba, 3 * CELL_PX, 3 * CELL_PX);
  assert.ok(red > 180 && green < 50, `${red} ${green}`);
});

test('what speaks for it is orange, what speaks against it blue', () => {
  const rgba = grey(), lead = cells(1, 1, 4);
  lead[SIDE * 5 + 5] = -4;
  layLead(rgba, lead, 0);
  const [forRed, , forBlue] = pixel(rgba, CELL_PX, CELL_PX);
  const [againstRed, , againstBlue] = pixel(rgba, 5 * CELL_PX, 5 * CELL_PX);
  assert.ok(forRed > forBlue && againstBlue > againstRed);
  assert.deepEqual(pixel(rgba, 200, 20), [GREY, GREY, GREY]);
});

test('no lead at all colours nothing', () => {
  const rgba = grey();
  layLead(rgba, cells(0, 0, 0), 0);
  assert.deepEqual(rgba, grey());
});
