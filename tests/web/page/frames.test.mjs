// Pictures as bytes, and when the next one may go.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isDark, LENS_PX, middleSquare, pack, Pace, PATIENCE_MS, unpack } from '../../../tools/madeleine/web/page/frames.js';

test('a picture is its number, little-endian, and its colours row by row', () => {
  const rgba = Uint8Array.from({ length: LENS_PX * LENS_PX * 4 }, (_, at) => at % 251);
  const message = pack(0x01020304, rgba);
  assert.equal(message.length, 4 + LENS_PX * LENS_PX * 3);
  assert.deepEqual([...message.subarray(0, 10)], [4, 3, 2, 1, 0, 1, 2, 4, 5, 6]);
  const last = LENS_PX * LENS_PX - 1;
  assert.deepEqual([...message.subarray(-3)], [0, 1, 2].map((colour) => rgba[last * 4 + colour]));
});

test('the largest number fits', () => {
  assert.deepEqual([...pack(0xffffffff, new Uint8Array(LENS_PX * LENS_PX * 4)).subarray(0, 4)], [255, 255, 255, 255]);
});

test('the screen comes as opaque pixels', () => {
  const rgba = new Uint8Array(8);
  unpack(new Uint8Array([1, 2, 3, 4, 5, 6]), rgba);
  assert.deepEqual([...rgba], [1, 2, 3, 255, 4, 5, 6, 255]);
});

test('the middle of a picture, wide or high', () => {
  assert.deepEqual(middleSquare(640, 480), [80, 0, 480]);
  assert.deepEqual(middleSquare(300, 400), [0, 50, 300]);
});

test('the next picture goes with the next turn, or after a while', () => {
  const pace = new Pace();
  assert.ok(pace.due(0));
  assert.equal(pace.next(0), 1);
  assert.ok(!pace.due(PATIENCE_MS - 1));
  assert.ok(pace.due(PATIENCE_MS));
  pace.turned();
  assert.ok(pace.due(1));
  assert.equal(pace.next(1), 2);
  assert.ok(!pace.due(2));
});

test('after the largest number comes 1, never 0', () => {
  const pace = new Pace();
  pace.number = 0xffffffff - 1;
  assert.deepEqual([pace.next(0), pace.next(0)], [0xffffffff, 1]);
});

test('black is all black, but for the noise of a webcam', () => {
  const rgba = new Uint8Array(224 * 224 * 4).fill(20);
  assert.ok(isDark(rgba));
  for (let row = 50; row < 80; row++) rgba.fill(90, row * 224 * 4, row * 224 * 4 + 400);
  assert.ok(!isDark(rgba));
});
