// Names on the map: all of them within it, and none on another.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { apart, widthOf } from '../../../tools/madeleine/web/page/labels.js';

const label = (text, x, y) => ({ text, x, y, width: widthOf(text) });

test('a name alone stays where it is', () => {
  const [{ x, y }] = apart([label('cup', 0.2, 0.3)]);
  assert.deepEqual([x, y], [0.2, 0.3]);
});

test('a long name at the border moves in', () => {
  const [{ x, width }] = apart([label('watering can', -1, 0)]);
  assert.ok(x - width / 2 >= -1.28 && x > -1);
});

test('kana are wide', () => assert.ok(widthOf('りんご') > widthOf('cup')));

test('a name lies on no dot', () => {
  const [{ x, y }] = apart([label('cup', 0, 0)], [[0, -0.05], [0.3, 0]]);
  assert.ok(Math.hypot(x, y) > 0.05 && Math.hypot(x, y) < 0.6);
});

for (const count of [2, 12]) {
  test(`${count} names in one place`, () => {
    const names = apart(Array.from({ length: count }, (_, at) => label(`thing ${at}`, 0, 0.9)));
    for (const one of names) {
      assert.ok(one.y >= -1.06 && one.y <= 1.16, one.y);
      for (const other of names) {
        if (one === other) continue;
        const beside = Math.abs(one.x - other.x) >= (one.width + other.width) / 2;
        assert.ok(beside || Math.abs(one.y - other.y) >= 0.159, `${one.text} on ${other.text}`);
      }
    }
  });
}
