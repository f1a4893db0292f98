// The words of the page, in the language that it speaks now.

import { ENGLISH } from './english.js';
import { JAPANESE } from './japanese.js';

export const WORDS = { en: ENGLISH, ja: JAPANESE };

const KEPT = 'madeleine.language';
let language = 'en';

/**
 * What the page calls `key`, with `value` in its place; with several values, {a: .., b: ..}, each at its letter.
 * Undefined for what is none of its words.
 */
export function word(key, value = '') {
  return WORDS[language][key]?.replace(/%([a-cs])/g, (_, letter) => (letter === 's' ? value : value[letter]));
}

/** The language chosen before, else the browser's where the page has it, else English. */
export function chosenLanguage() {
  const wishes = [localStorage.getItem(KEPT), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wishes.find((wish) => wish in WORDS) ?? 'en';
}

/** From now on the page speaks `wanted`, 'en' or 'ja'; `retell()` says anew what is not in the markup. */
export function speak(wanted, retell) {
  language = wanted;
  document.documentElement.lang = wanted;
  document.getElementById('language').value = wanted;
  localStorage.setItem(KEPT, wanted);
  for (const element of document.querySelectorAll('[data-word]')) element.textContent = word(element.dataset.word);
  for (const element of document.querySelectorAll('[data-label]')) {
    element.setAttribute('aria-label', word(element.dataset.label));
  }
  for (const element of document.querySelectorAll('[data-title]')) element.title = word(element.dataset.title);
  for (const element of document.querySelectorAll('[data-hint]')) element.placeholder = word(element.dataset.hint);
  retell();
}

/** An element that says `key` in whatever language the page speaks. */
export function translated(tag, key) {
  const element = document.createElement(tag);
  element.dataset.word = key;
  element.textContent = word(key);
  return element;
}
