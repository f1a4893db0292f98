// Wires the page: what the camera says goes to the parts, what the parts want goes to the camera.

import { Board } from './board.js';
import { Cards } from './cards.js';
import { Chooser } from './lens-chooser.js';
import { hint } from './coach.js';
import { answered, find, takesText, tell } from './dom.js';
import { Flash } from './flash.js';
import { Pace, PATIENCE_MS } from './frames.js';
import { Hand } from './hand.js';
import * as kept from './kept.js';
import { Learner } from './learner.js';
import { Lens } from './lens.js';
import { Lessons } from './lessons.js';
import { Lines } from './lines.js';
import { Live } from './live.js';
import { Map2d } from './map.js';
import { Naming } from './naming.js';
import { keepPage } from './offline.js';
import { Sets } from './sets.js';
import { Shots } from './shots.js';
import { Sound } from './sound.js';
import { Teach } from './teach.js';
import * as thumbs from './thumbs.js';
import { Tour } from './tour.js';
import { Undo } from './undo.js';
import { Why } from './why.js';
import { chosenLanguage, speak, word } from './words.js';

const CARD_IS_DONE = ['learned', 'ignored', 'anchor', 'refused', 'reset', 'undone', 'forgot', 'ready'];

const ASKS = { w: 'why', g: 'good' }; // by the key

const state = { real: false, power: 'on', text: '', asks: null, seen: null, selected: '', cardRead: '', cardReadMs: 0, capacity: 250, lens: true, lesson: null };
let knowledge = null;
let live = null;
let opened = false; // was there a server since this page was opened?
let history = true; // what was said before this page came

const pace = new Pace();
const lens = new Lens(find('lens'));
const hand = new Hand(lens, () => {
  if (hand.text) state.cardRead = ''; // a card that comes again is to be read again
  cards.refresh();
  advise();
});
const cards = new Cards(hand);
const chooser = new Chooser(lens, () => tour.done('tour_lens'));
const learner = new Learner({
  select: (name) => ask('select', { name }),
  rename: (name, to) => ask('rename', { name, to }),
  forget,
  forgetOne,
  teach: (name, files) => state.real || lessons.teach(name, files), // nothing comes before a real lens from here
  limit: (value) => ask('limit', { value }),
});
const map = new Map2d();
const flash = new Flash();
const why = new Why(lens, ask);
const teach = new Teach(ask);
const undo = new Undo(ask);
const lessons = new Lessons(showNow, ask);
const sets = new Sets(ask, mayForget);
const shots = new Shots();
const sound = new Sound();
const naming = new Naming((name) => ask('select', { name }));
const tour = new Tour();
const lines = new Lines((line) => send({ do: 'usb', line }), () => send({ do: 'interrupt' }));
const board = new Board((name, down) => {
  send({ do: 'button', name, down });
  if (down) state.cardRead = '';
  if (down && name === 'B') naming.pressed();
});

function send(what) {
  live?.send(what);
}

/** One of the host's words (docs/FORMATS.md, What a host can ask). */
function ask(what, fields = {}) {
  send({ do: 'usb', line: JSON.stringify({ do: what, ...fields }) });
}

/** Forgets a class, '' for the ignored views, if that is meant. */
async function forget(name, title) {
  if (await mayForget(word('forget_asked', title))) ask('forget', { name: name || '*exclude' });
}

/** Forgets one example of a class, if that is meant: {key, index, title}. What A teaches stays. */
async function forgetOne({ key, index, title }) {
  if (!(await mayForget(word('forget_one_asked', title), thumbs.of(key)))) return;
  const { selected } = state;
  tell(find('classes-status'), word('forgetting'));
  try {
    const answer = await fetch(`/examples/${index}?key=${key}`, { method: 'DELETE' });
    tell(find('classes-status'), answer.ok ? '' : word('forget_failed', (await answer.json()).error));
    if (answer.ok && selected) ask('select', { name: selected });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // no answer
    tell(find('classes-status'), word('upload_failed'));
  }
}

function mayForget(question, picture) {
  tell(find('forget-asked'), question);
  find('forget-picture').hidden = !picture;
  if (picture) find('forget-picture').src = picture;
  return answered('forget-question');
}

/** Puts a source before the lens; the number of the first picture of it. */
function showNow(source) {
  chooser.wish++;
  chooser.show(source);
  return pace.number + 1;
}

function sendPicture() {
  const nowMs = performance.now();
  if (state.real || !state.lens || document.body.dataset.connection !== 'open' || !lens.source || !pace.due(nowMs)) return;
  const number = pace.next(nowMs);
  send(lens.message(number, nowMs));
  thumbs.remember(number, lens.canvas);
}

/** How many examples each class has, but for the ignored views. */
function countsOf(knowledge) {
  const counts = {};
  for (const { name } of knowledge?.examples ?? []) if (name) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Says what to do next, and shows which button. */
function advise() {
  const counts = countsOf(knowledge);
  const classes = Object.keys(counts).length;
  const { word: key, name, press } = hint({
    ...state, examples: Object.values(counts).reduce((sum, count) => sum + count, 0), classes, counts,
    limit: knowledge?.limit, rule: knowledge?.settings.rule ?? 'nearest', nearest: learner.nearest(), dark: lens.dark,
    seen: state.seen?.name, sure: state.seen?.sure,
    heldCard: hand.text, nowMs: performance.now(),
  });
  tell(find('hint'), state.text ? word(`state_${state.text}`) ?? state.text : word(key, name));
  const meaning = state.asks ?? 'press';
  document.body.dataset.meaning = meaning;
  for (const letter of ['a', 'b']) tell(find(`keys-${letter}`), word(`${meaning}_${letter}`));
  board.point(press);
  tell(find('card-hint'), hand.text ? find('hint').textContent : ''); // next to the card, which may be far from there
  find('card-away').classList.toggle('wanted', key === 'hint_card_read');
}

function showAnswer() {
  const { seen } = state;
  find('answer').classList.toggle('seen', Boolean(seen));
  find('answer').classList.toggle('probable', Boolean(seen) && !seen.sure);
  const none = state.power === 'on' ? word('nothing') : '–';
  tell(find('answer-name'), seen ? seen.name + (seen.sure ? '' : '?') : none);
  const distance = seen ? learner.distanceTo(seen.name) ?? seen.distance : null;
  tell(find('answer-distance'), distance === null ? '' : word('distance', distance.toFixed(1)));
}

function showPower() {
  const { power } = state;
  document.body.dataset.power = power;
  find('power').ariaPressed = power === 'on' || power === 'prompt';
  for (const id of ['power', 'reset', 'unplug-write']) find(id).disabled = power === 'unplugged';
  find('unplug').ariaPressed = power === 'unplugged';
  tell(find('unplug-text'), word(power === 'unplugged' ? 'plug' : 'unplug'));
}

function showAll() {
  showPower();
  showAnswer();
  advise();
  tour.show();
  if (knowledge) for (const part of [learner, map, flash, sets]) part.know(knowledge, state.capacity);
}

/** A line of the camera that says what the page cannot know otherwise. */
function overhear({ port, text, way }) {
  if (port !== 'usb' || way !== 'out' || !text.startsWith('{')) return;
  let said;
  try {
    said = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return; // half a line before a cut
    throw error;
  }
  if (said.event === 'card') Object.assign(state, { cardRead: said.text, cardReadMs: performance.now() });
  if (CARD_IS_DONE.includes(said.event)) Object.assign(state, { cardRead: '', lesson: null });
  if (said.event === 'lesson' || said.code === 'blank') {
    state.lesson = { code: said.code, name: said.name, near: said.near, ms: performance.now() };
  }
  if (said.event === 'learned') {
    teach.learned(said.name);
    tour.done('tour_teach');
  }
  lessons.hear(said);
  undo.hear(said);
  sets.hear(said);
  advise();
}

const events = {
  open() {
    history = opened = true;
    document.body.dataset.connection = 'open';
    lines.clear();
  },
  lost() {
    document.body.dataset.connection = 'lost';
    find('lost-text').dataset.word = opened ? 'lost' : 'state_offline';
    tell(find('lost-text'), word(find('lost-text').dataset.word));
    Object.assign(state, { seen: null, ...(opened ? {} : { power: 'off', text: 'offline' }) });
    board.letGo();
    showAll();
  },
  hello({ scenes, capacity, version, model, build, name = '', kept: keeps, real, lens: held, ...looks }) {
    Object.assign(state, { capacity, real });
    document.title = name ? `${name} · Madeleine` : 'Madeleine';
    tell(find('camera-name'), name);
    find('camera-name').hidden = !name;
    document.body.dataset.camera = real ? 'real' : 'virtual';
    find('kept').hidden = !keeps;
    find('not-kept').hidden = keeps;
    why.know(looks);
    chooser.offer(scenes);
    tell(find('about'), `Madeleine ${version} · ${build} · ${model}`);
    events.lens({ held });
  },
  state({ power, text }) {
    Object.assign(state, { power, text });
    if (power !== 'on') {
      Object.assign(state, { seen: null, asks: null });
      learner.measure(null);
      why.measure(null);
      map.move(null);
      board.light([0, 0, 0], power === 'prompt' ? 8 : 0);
      tell(find('rate'), '');
    }
    showAll();
  },
  lens({ held }) {
    state.lens = held;
    find('lens-taken').hidden = held;
    sendPicture();
  },
  turn(turn) {
    pace.turned();
    why.measure(turn);
    sendPicture();
    Object.assign(state, { seen: turn.seen, selected: turn.selected, asks: turn.asks });
    if (state.lens && !state.real) naming.turn(turn.selected, Object.keys(countsOf(knowledge)));
    lessons.hear(turn);
    board.light(turn.led, turn.backlight);
    learner.measure(turn);
    map.move(turn.at);
    tour.sees(turn.seen?.name);
    teach.turn(turn.selected, (name) => learner.distanceTo(name));
    tell(find('rate'), `${turn.fps.toFixed(1)} fps`);
    showAnswer();
    advise();
  },
  knows(message) {
    knowledge = message;
    why.remember(message.examples);
    showAll();
  },
  learned({ key, frame }) {
    thumbs.keep(key, frame);
    learner.picture(key);
  },
  forgotten: (example) => undo.forgotten(example),
  said(message) {
    lines.add(message.lines);
    if (!history) message.lines.forEach(overhear);
    history = false;
  },
  sound: ({ wav }) => sound.play(wav),
  refused({ text }) {
    lines.add([{ port: 'usb', way: 'refused', text }]);
  },
  screen(rgb) {
    board.show(rgb);
    if (!document.body.dataset.firstFrameMs) {
      performance.mark('first-screen');
      document.body.dataset.firstFrameMs = Math.round(performance.now());
    }
  },
};

/** The camera large, in the whole display where the browser allows it. */
function projector(on) {
  if (on) document.documentElement.requestFullscreen?.().catch(() => {}); // without it the page alone is large
  else if (document.fullscreenElement) document.exitFullscreen();
  if (on) document.body.dataset.view = 'projector';
  else delete document.body.dataset.view;
  find('projector').ariaPressed = on;
  board.fit();
}

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  if (takesText(event.target) && event.key !== 'Escape') return;
  if (event.repeat ? board.key(event, true) : keyDown(event)) event.preventDefault();
}

function keyDown(event) {
  const projected = document.body.dataset.view === 'projector';
  if (event.key === 'p' || event.key === 'P') projector(!projected);
  else if (event.key === '?') find('help').showModal();
  else if (event.key === 's' || event.key === 'S') shots.snapshot();
  else if (event.key === 'm' || event.key === 'M') sound.toggle();
  else if (event.key === 'n' || event.key === 'N') find('teach-name').focus();
  else if (event.key === 'u' || event.key === 'U') undo.back();
  else if (event.key === 'Escape' && projected) projector(false);
  else if (ASKS[event.key.toLowerCase()]) ask(ASKS[event.key.toLowerCase()]);
  else return board.key(event, true) || hand.key(event.key) || filmKey(event.key);
  return true;
}

function filmKey(name) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[name];
  if (!step || document.body.dataset.lens !== 'film') return false;
  chooser.film.step(step);
  return true;
}

function wireControls() {
  find('power').onclick = () => send({ do: 'power', on: find('power').ariaPressed !== 'true' });
  find('unplug').onclick = () => send({ do: state.power === 'unplugged' ? 'plug' : 'unplug' });
  find('unplug-write').onclick = () => send({ do: 'unplug', during: 'write' });
  find('reset').onclick = () => send({ do: 'reset' });
  find('lens-take').onclick = () => send({ do: 'lens' });
  find('projector').onclick = () => projector(document.body.dataset.view !== 'projector');
  find('help-open').onclick = () => find('help').showModal();
  find('tour-again').onclick = () => tour.begin(true);
  document.onfullscreenchange = () => document.fullscreenElement || projector(false);
  find('language').onchange = ({ target }) => speak(target.value, showAll);
  find('theme').onchange = ({ target }) => dress(target.value);
  addEventListener('keydown', key);
  addEventListener('keyup', (event) => board.key(event, false));
}

/** `theme`: 'light', 'dark', or '' for what the computer is set to. */
function dress(theme) {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem('madeleine.theme', theme);
  find('theme').value = theme;
}

wireControls();
dress(localStorage.getItem('madeleine.theme') ?? '');
speak(chosenLanguage(), showAll);
Promise.all([chooser.ready, kept.ready]).then(() => cards.layOut());
kept.ready.then(showAll);
tour.begin();
keepPage();
live = new Live(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/live`, events);
setInterval(sendPicture, PATIENCE_MS / 4);
