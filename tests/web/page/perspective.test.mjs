// The card before the lens: the geometry, and a picture that a decoder can read.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as perspective from '../../../tools/madeleine/web/page/perspective.js';

const { apply, cardSize, fromSquare, held, inverse, MODULE_PX, picture } = perspective;
const SIDE = 224;
const near = ([x, y], [u, v]) => Math.hypot(x - u, y - v) < 1e-9;

test('the corners of the square go to the corners of the card, and back', () => {
  const corners = [[31, 20], [190, 35], [201, 180], [22, 170]];
  const there = fromSquare(corners);
  [[0, 0], [1, 0], [1, 1], [0, 1]].forEach((point, at) => {
    assert.ok(near(apply(there, point), corners[at]));
    assert.ok(near(apply(inverse(there), corners[at]), point));
  });
});

test('straight lines stay straight, and what is further away is smaller', () => {
  const there = fromSquare([[60, 0], [140, 0], [200, 100], [0, 100]]);
  const [, middle] = apply(there, [0.5, 0.5]);
  assert.ok(middle < 50, 'the far half takes less room than the near one');
  const [a, b, c] = [0.1, 0.4, 0.9].map((t) => apply(there, [t, t]));
  assert.ok(Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) < 1e-9);
});

test('every side of a card of version 2 or 3 has at least 5 pixels a module and fits the lens', () => {
  for (const modules of [25, 29]) {
    const [width, height] = cardSize(modules);
    const corners = held(width, height, [SIDE / 2, SIDE / 2]);
    const lengths = corners.map(([x, y], at) => Math.hypot(x - corners[(at + 1) % 4][0], y - corners[(at + 1) % 4][1]));
    for (const at of [0, 2]) assert.ok(lengths[at] / width >= MODULE_PX);
    for (const at of [1, 3]) assert.ok(lengths[at] / height >= MODULE_PX);
    for (const value of corners.flat()) assert.ok(value >= 0 && value <= SIDE);
  }
});

test('the largest card still fits the lens', () => {
  for (const value of held(...cardSize(97), [SIDE / 2, SIDE / 2]).flat()) assert.ok(value >= 0 && value <= SIDE);
});

test('the picture is clear beside the card, opaque on it, mixed at its edge', () => {
  const paper = { width: 2, height: 1, grey: new Uint8Array([0, 255]) };
  const rgba = picture(paper, [[10, 10], [30.5, 10], [30.5, 20], [10, 20]], SIDE);
  const at = (x, y) => [...rgba.subarray((y * SIDE + x) * 4, (y * SIDE + x) * 4 + 4)];
  assert.deepEqual(at(5, 15), [0, 0, 0, 0]);
  assert.deepEqual(at(12, 15), [0, 0, 0, 255]);
  assert.deepEqual(at(28, 15), [255, 255, 255, 255]);
  assert.ok(at(30, 15)[3] > 0 && at(30, 15)[3] < 255);
});

test('a card that hangs over the edge of the lens is cut there', () => {
  const paper = { width: 1, height: 1, grey: new Uint8Array([200]) };
  const rgba = picture(paper, held(33, 36, [220, -10]), SIDE);
  assert.equal(rgba.length, SIDE * SIDE * 4);
  assert.equal(rgba[(5 * SIDE + 220) * 4 + 3], 255);
});
