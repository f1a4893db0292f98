// The sentence that says what to do next.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hint } from '../../../tools/madeleine/web/page/coach.js';

const START = {
  power: 'on', asks: null, dark: false, examples: 0, classes: 0, counts: {}, selected: 'thing 1', seen: undefined, nearest: null,
  limit: 200, rule: 'nearest', heldCard: '', cardRead: '', cardReadMs: 0, nowMs: 0, lesson: null,
};
const CUP = { ...START, examples: 1, classes: 1, counts: { A: 1 }, selected: 'A' };
const CASES = [
  ['nothing is known', START, 'hint_first', 'A'],
  ['the first thing is seen', { ...CUP, seen: 'A', sure: true }, 'hint_second', ''],
  ['it is not sure', { ...CUP, seen: 'A', sure: false }, 'hint_probable_here', 'A'],
  ['it is not sure, and A teaches another', { ...CUP, counts: { A: 1, B: 1 }, seen: 'B', sure: false }, 'hint_probable', 'B'],
  ['a new name is chosen', { ...CUP, selected: 'B' }, 'hint_new_name', 'A'],
  ['a new name is chosen, and what is known still in view', { ...CUP, selected: 'B', seen: 'A', sure: true }, 'hint_next', ''],
  ['nothing is seen', CUP, 'hint_teach', ''],
  ['one that was taught, from another side', { ...CUP, nearest: { name: 'A', distance: 400 } }, 'hint_again_here', 'A'],
  ['one that was taught, and A teaches another', { ...CUP, selected: 'B', counts: { A: 1, B: 1 }, nearest: { name: 'A', distance: 400 } }, 'hint_again', 'B'],
  ['what is nearest is far', { ...CUP, nearest: { name: 'A', distance: 501 } }, 'hint_teach', ''],
  ['all is black', { ...CUP, dark: true }, 'hint_dark', ''],
  ['many examples', { ...CUP, seen: 'A', sure: true, classes: 2, counts: { A: 5, B: 6 } }, 'hint_fit', ''],
  ['many examples, and the rule is fit', { ...CUP, seen: 'A', sure: true, classes: 2, counts: { A: 5, B: 6 }, rule: 'fit' }, 'hint_seen', ''],
  ['the menu is open', { ...CUP, asks: 'menu', nearest: { name: 'A', distance: 1 } }, 'hint_menu', ''],
  ['it asks', { ...CUP, asks: 'question', heldCard: '*reset', cardRead: '*reset', lesson: { code: 'blank', ms: 0 } }, 'hint_question', ''],
  ['it looks for bodies', { ...CUP, asks: 'pose' }, 'hint_pose', ''],
  ['one of two is seen', { ...CUP, classes: 2, seen: 'A', sure: true }, 'hint_seen', ''],
  ['a card comes', { ...CUP, heldCard: 'pen' }, 'hint_card_held', ''],
  ['another card was read', { ...CUP, heldCard: 'pen', cardRead: 'cup' }, 'hint_card_held', ''],
  ['the card was read', { ...CUP, heldCard: 'pen', cardRead: 'pen' }, 'hint_card_read', ''],
  ['the card is gone', { ...CUP, cardRead: 'pen', nowMs: 1000 }, 'hint_still', ''],
  ['to ignore, too', { ...CUP, cardRead: '*exclude', nowMs: 1000 }, 'hint_still', ''],
  ['the count-down is over', { ...CUP, cardRead: 'pen', nowMs: 11000 }, 'hint_teach', ''],
  ['a command does not teach', { ...CUP, cardRead: '*undo', nowMs: 1000 }, 'hint_teach', ''],
  ['it was too dark', { ...CUP, lesson: { code: 'dark', ms: 0 }, nowMs: 5000 }, 'lesson_dark', ''],
  ['that is no news', { ...CUP, lesson: { code: 'dark', ms: 0 }, nowMs: 9000 }, 'hint_teach', ''],
  ['nothing is in view', { ...START, lesson: { code: 'blank', ms: 0 } }, 'lesson_blank', 'A'],
  ['the first example of all', { ...CUP, seen: 'A', sure: true, lesson: { code: 'single', ms: 0 } }, 'hint_second', ''],
  ['the first of another class', { ...CUP, classes: 2, lesson: { code: 'single', ms: 0 } }, 'lesson_single', ''],
  ['that one, still in view', { ...CUP, classes: 2, nearest: { name: 'B', distance: 0 }, lesson: { code: 'single', name: 'B', ms: 0 } }, 'lesson_single', ''],
  ['after it, another that was taught', { ...CUP, classes: 2, seen: 'A', sure: true, nearest: { name: 'A', distance: 9 }, lesson: { code: 'single', name: 'B', ms: 0 } }, 'hint_seen', ''],
  ['after it, something unknown', { ...CUP, classes: 2, nearest: { name: 'B', distance: 501 }, lesson: { code: 'single', name: 'B', ms: 0 } }, 'hint_teach', ''],
  ['a lesson this page has no word for', { ...CUP, lesson: { code: 'new', ms: 0 } }, 'hint_teach', ''],
  ['no power', { ...CUP, power: 'unplugged', heldCard: 'pen' }, 'hint_unplugged', ''],
];

for (const [what, now, word, press] of CASES) {
  test(what, () => {
    const advice = hint(now);
    assert.deepEqual([advice.word, advice.press], [word, press]);
  });
}

test('the class that is close is named', () => {
  assert.equal(hint({ ...CUP, lesson: { code: 'close', near: 'pen', ms: 0 } }).name, 'pen');
});

test('a new name is named', () => assert.equal(hint({ ...CUP, selected: 'B' }).name, 'B'));
