// What to do next, in one sentence: from the situation to a key of words.js and the button to press.

const PATIENCE_MS = 10000; // so long a count-down surely lasts
const LESSON_MS = 8000; // to read what was said about a lesson
const LIKELY = 2.5; // times the limit: up to there the nearest class may well be the right one
const MANY = 5; // examples of each class, from which on the rule `fit` names better (docs/MEASURED.md)
const LESSONS = {
  blank: 'lesson_blank', dark: 'lesson_dark', bright: 'lesson_bright', blurred: 'lesson_blurred',
  same: 'lesson_same', close: 'lesson_close', single: 'lesson_single',
};

/**
 * `now`: {real (a camera whose screen nobody sees here), power, asks, dark, examples, classes, counts: {name: number}, selected, seen, sure, nearest: {name, distance} or
 * null, limit, rule, heldCard, cardRead, cardReadMs, nowMs, lesson}; `asks` is what is open on the screen, 'menu',
 * 'question', 'pose' (it looks for bodies) or null; `lesson` is what the camera has said about the last lesson, {code, name, near, ms}, or null.
 * Returns {word, name, press}: `name` goes into the sentence, `press` is 'A', 'B' or ''.
 */
export function hint(now) {
  const say = (word, press = '', name = '') => ({ word, name, press });
  if (now.power !== 'on') return say('hint_' + now.power);
  if (now.asks) return say('hint_' + now.asks); // whatever is before the lens: the buttons mean this now
  if (now.heldCard) return say(now.cardRead === now.heldCard ? 'hint_card_read' : 'hint_card_held');
  if (now.cardRead && teaches(now.cardRead) && now.nowMs - now.cardReadMs < PATIENCE_MS) return say('hint_still');
  const lesson = lessonWord(now);
  if (lesson) return say(lesson, now.lesson.code === 'blank' ? 'A' : '', now.lesson.near || '-');
  if (now.real) return say(now.seen && now.sure ? 'hint_seen' : 'hint_real');
  if (now.dark) return say('hint_dark');
  if (!now.examples) return say('hint_first', 'A', now.selected);
  const fresh = now.selected && !now.counts[now.selected];
  if (fresh && now.seen && now.sure) return say('hint_next', '', now.selected);
  if (now.seen && !now.sure) {
    return now.selected === now.seen ? say('hint_probable_here', 'A', now.seen) : say('hint_probable', 'B', now.seen);
  }
  return now.seen ? recognised(now, say) : unknown(now, fresh, say);
}

function recognised(now, say) {
  if (now.classes === 1) return say('hint_second');
  const many = now.classes > 1 && Object.values(now.counts).every((count) => count >= MANY);
  return say(many && now.rule === 'nearest' ? 'hint_fit' : 'hint_seen');
}

/** Nothing is named: something new, or something taught that it does not know from this side. */
function unknown({ selected, nearest, limit }, fresh, say) {
  if (fresh) return say('hint_new_name', 'A', selected);
  if (!nearest || nearest.distance > LIKELY * limit) return say('hint_teach');
  return nearest.name === selected ? say('hint_again_here', 'A', selected) : say('hint_again', 'B', nearest.name);
}

/** The word for the last lesson, while it is news. */
function lessonWord({ lesson, classes, nearest, limit, nowMs }) {
  if (!lesson || nowMs - lesson.ms > LESSON_MS) return '';
  if (lesson.code === 'single') {
    // Of a first example of all the page has something better to say; and who shows another thing is to teach that.
    const another = nearest && (nearest.name !== lesson.name || nearest.distance > LIKELY * limit);
    if (classes < 2 || another) return '';
  }
  return LESSONS[lesson.code] ?? '';
}

function teaches(card) {
  return card === '*exclude' || !/^[*{]/.test(card);
}
