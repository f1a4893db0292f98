// The words: complete in both languages, none missing where one is used, none left over.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { WORDS } from '../../../tools/madeleine/web/page/words.js';

const PAGE = new URL('../../../tools/madeleine/web/page/', import.meta.url);
const text = (name) => readFileSync(new URL(name, PAGE), 'utf8');
const markup = text('index.html');
const scripts = readdirSync(PAGE).filter((name) => name.endsWith('.js') && !['words.js', 'english.js', 'japanese.js'].includes(name)).map(text).join('\n');
const inMarkup = new Set([...markup.matchAll(/data-(?:word|label|title|hint)="([^"]+)"/g)].map((found) => found[1]));
const MADE = [ // of parts, by coach.js, app.js and sets.js
  ...['off', 'unplugged', 'prompt', 'fault', 'menu', 'question', 'pose'].map((what) => `hint_${what}`),
  ...['press', 'menu', 'question', 'pose'].flatMap((what) => [`${what}_a`, `${what}_b`]), 'state_fuse', 'state_gone', 'state_cable',
  'lock_asked', 'unlock_asked', ...['code', 'wait', 'locked', 'full'].map((what) => `refused_${what}`),
];
const holes = (sentence) => (sentence.match(/%[a-cs]/g) ?? []).toSorted().join('');

test('both languages have the same words, with the same holes', () => {
  assert.deepEqual(Object.keys(WORDS.ja), Object.keys(WORDS.en));
  for (const [key, sentence] of Object.entries(WORDS.en)) {
    assert.ok(sentence && WORDS.ja[key], key);
    assert.equal(holes(WORDS.ja[key]), holes(sentence), key);
  }
});

test('every word that the markup names exists', () => {
  for (const key of inMarkup) assert.ok(key in WORDS.en, key);
});

test('every word that the scripts ask for exists', () => {
  for (const [, key] of scripts.matchAll(/\b(?:word|complain|say)\('([^']+)'/g)) {
    if (key !== 'hint_') assert.ok(key in WORDS.en, key);
  }
  for (const key of MADE) assert.ok(key in WORDS.en, key);
});

test('no word is left over', () => {
  const used = (key) => inMarkup.has(key) || scripts.includes(`'${key}'`) || MADE.includes(key);
  assert.deepEqual(Object.keys(WORDS.en).filter((key) => !used(key)), []);
});

test('the English of the markup is the English of the words', () => {
  for (const [, key, shown] of markup.matchAll(/data-word="([^"]+)"[^>]*>([^<]+)</g)) {
    assert.equal(shown, WORDS.en[key], key);
  }
});

test('Japanese is Japanese', () => {
  const same = Object.keys(WORDS.en).filter((key) => WORDS.en[key] === WORDS.ja[key]);
  assert.deepEqual(same, ['interrupt']);
});
