// Which messages of the camera have a tone.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { toneOf } from '../../../tools/madeleine/web/page/sound.js';

for (const [event, tone] of [['learned', 'learned'], ['ignored', 'learned'], ['refused', 'refused'], ['error', 'refused'], ['gone', ''], ['status', '']]) {
  test(event, () => assert.equal(toneOf({ event }), tone));
}

test('a name that becomes sure is not new', () => {
  assert.equal(toneOf({ event: 'seen', name: 'cup' }), 'seen');
  assert.equal(toneOf({ event: 'seen', name: 'cup', again: true }), '');
});
