// Where numbers stand.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bytesText, classesOf, nearest, share } from '../../../tools/madeleine/web/page/scale.js';

test('the limit stands in the middle; further is further, and never beyond the end', () => {
  assert.deepEqual([0, 100, 200, 400].map((distance) => share(distance, 200)), [0, 0.25, 0.5, 0.75]);
  let last = -1;
  for (let distance = 0; distance < 1e6; distance = distance * 1.3 + 1) {
    assert.ok(share(distance, 200) > last && share(distance, 200) < 1);
    last = share(distance, 200);
  }
});

test('classes stand in the order in which they were learned, each with its examples', () => {
  const examples = ['cup', '', 'cup', '__proto__'].map((name, at) => ({ name, key: `k${at}` }));
  assert.deepEqual(classesOf(examples), [
    { name: 'cup', examples: [{ key: 'k0', index: 0 }, { key: 'k2', index: 2 }] },
    { name: '', examples: [{ key: 'k1', index: 1 }] },
    { name: '__proto__', examples: [{ key: 'k3', index: 3 }] },
  ]);
});

test('the nearest example, also when a turn came before the newest one', () => {
  const own = [{ index: 0 }, { index: 2 }, { index: 5 }];
  assert.equal(nearest(own, [30, 1, 20]), 2);
  assert.equal(nearest(own, []), -1);
  assert.equal(nearest([], [1]), -1);
});

test('bytes for people', () => {
  assert.deepEqual([0, 999, 1000, 15_949, 2_490_000].map(bytesText), ['0 B', '999 B', '1.0 kB', '15.9 kB', '2.49 MB']);
});
