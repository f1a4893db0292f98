// A shared lesson: what is taken from the file, and what is not.
import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.indexedDB = { open: () => { throw new DOMException('none here'); } };
const { read } = await import('../../../tools/madeleine/web/page/share.js');

const JPEG = 'data:image/jpeg;base64,AAAA';
const file = (fields) => JSON.stringify({ format: 'madeleine lesson', version: 1, examples: '{}', ...fields });

test('examples and pictures', () => {
  assert.deepEqual(read(file({ pictures: { '0123abcd': JPEG } })), { examples: '{}', pictures: [['0123abcd', JPEG]] });
});

test('what is no picture of an example is dropped', () => {
  const pictures = { '0123abcd': 'data:text/html,x', '../../..': JPEG, '0123abce': 7, '0123abcf': 'http://127.0.0.1/' };
  assert.deepEqual(read(file({ pictures })).pictures, []);
});

test('another file', () => {
  for (const text of ['', 'cup,1,2', '{"format": "madeleine examples"}', file({ examples: 7 }), file({}).slice(0, -1)]) {
    assert.equal(read(text), null);
  }
});
