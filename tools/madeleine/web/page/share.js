// A lesson as one file to hand on: the file of examples as the server gives it, and the pictures that this browser keeps.

import * as kept from './kept.js';

const FORMAT = 'madeleine lesson';
const VERSION = 1;
const MOST = 250; // pictures: as many as a camera holds examples
const KEY = /^[0-9a-f]{8}$/;
const PICTURE = /^data:image\/jpeg;base64,[A-Za-z0-9+/]{1,20000}={0,2}$/;

/** The file, for the examples with these keys. Throws an Error with the server's sentence. */
export async function pack(keys) {
  const answer = await fetch('/examples');
  if (!answer.ok) throw new Error((await answer.json()).error);
  const there = keys.filter((key) => kept.of('pictures', key)).map((key) => [key, kept.of('pictures', key)]);
  const lesson = { format: FORMAT, version: VERSION, examples: await answer.text(), pictures: Object.fromEntries(there) };
  return new Blob([JSON.stringify(lesson)], { type: 'application/json' });
}

/** What of a text of such a file can be used, {examples, pictures: [[key, address]]}; null when it is another file. */
export function read(text) {
  if (!text.startsWith(`{"format":"${FORMAT}"`)) return null;
  let lesson;
  try {
    lesson = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null; // cut short: the server says what is wrong with it
    throw error;
  }
  if (typeof lesson.examples !== 'string') return null;
  const pictures = Object.entries(lesson.pictures ?? {}).filter(([key, address]) => KEY.test(key) && PICTURE.test(address));
  return { examples: lesson.examples, pictures: pictures.slice(0, MOST) };
}

/** What is to be sent to the server for a chosen file; the pictures of a lesson stay here. */
export async function unpack(file) {
  const lesson = read(await file.text());
  if (!lesson) return file;
  for (const [key, address] of lesson.pictures) kept.keep('pictures', key, address);
  return new Blob([lesson.examples]);
}
