// What to do next, in one sentence: from the situation to a key of words.js and the button to press.

const PATIENCE_MS = 10000; // so long the camera waits for an answer, and a count-down is surely over
const LESSON_MS = 8000; // to read what was said about a lesson
const LESSONS = {
  blank: 'lesson_blank', dark: 'lesson_dark', bright: 'lesson_bright', blurred: 'lesson_blurred',
  same: 'lesson_same', close: 'lesson_close', single: 'lesson_single',
};

/**
 * `now`: {power, examples, classes, counts: {name: number}, selected, seen, sure, heldCard, cardRead, cardReadMs, nowMs,
 * lesson}; `lesson` is what the camera has said about the last lesson, {code, near, ms}, or null.
 * Returns {word, name, press}: `name` goes into the sentence, `press` is 'A', 'B', 'AB' or ''.
 */
export function hint(now) {
  const say = (word, press = '', name = '') => ({ word, name, press });
  if (now.power !== 'on') return say('hint_' + now.power);
  if (now.heldCard) return say(now.cardRead === now.heldCard ? 'hint_card_read' : 'hint_card_held');
  const sinceCardMs = now.nowMs - now.cardReadMs;
  if (now.cardRead === '*reset' && sinceCardMs < PATIENCE_MS) return say('hint_reset', 'AB');
  if (now.cardRead && teaches(now.cardRead) && sinceCardMs < PATIENCE_MS) return say('hint_still');
  const lesson = lessonWord(now);
  if (lesson) return say(lesson, now.lesson.code === 'blank' ? 'A' : '', now.lesson.near || '-');
  if (!now.examples) return say('hint_first', 'A');
  const fresh = now.selected && !now.counts[now.selected];
  if (fresh && now.seen && now.sure) return say('hint_next', '', now.selected);
  if (fresh) return say('hint_new_name', 'A', now.selected);
  if (now.seen && !now.sure) {
    return now.selected === now.seen ? say('hint_probable_here', 'A', now.seen) : say('hint_probable', 'B', now.seen);
  }
  if (now.seen && now.classes === 1) return say('hint_second', 'B');
  return now.seen ? say('hint_seen') : say('hint_teach', 'B');
}

/** The word for the last lesson, while it is news. Of a first example the page has something better to say. */
function lessonWord({ lesson, classes, nowMs }) {
  if (!lesson || nowMs - lesson.ms > LESSON_MS || (lesson.code === 'single' && classes < 2)) return '';
  return LESSONS[lesson.code] ?? '';
}

function teaches(card) {
  return card === '*exclude' || !/^[*{]/.test(card);
}
