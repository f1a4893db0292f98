// What the page itself keeps for the next time, in the browser's IndexedDB: pictures of examples, cards of one's own.

const DATABASE = 'madeleine';
const VERSION = 1;
const MOST = { pictures: 1000, cards: 24 }; // of each kind; the oldest make room

const kept = { pictures: new Map(), cards: new Map() }; // key -> value, the oldest first
let database = null; // none where the browser gives none: then all lasts as long as the tab

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function open() {
  const request = indexedDB.open(DATABASE, VERSION);
  request.onupgradeneeded = () => {
    for (const kind of Object.keys(MOST)) request.result.createObjectStore(kind, { keyPath: 'key' });
  };
  return done(request);
}

async function read() {
  try {
    database = await open();
    for (const kind of Object.keys(MOST)) {
      const rows = await done(database.transaction(kind).objectStore(kind).getAll());
      for (const { key, value } of rows.sort((one, other) => one.order - other.order)) kept[kind].set(key, value);
    }
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // a private window, or a full disk
  }
}

/** Everything that was kept is there. */
export const ready = read();

/** The value of `key` among the 'pictures' or 'cards', or undefined. */
export const of = (kind, key) => kept[kind].get(key);

/** All keys of a kind, the oldest first. */
export const keys = (kind) => [...kept[kind].keys()];

/** Keeps a value from now on; the newest of a kind stay. */
export function keep(kind, key, value) {
  kept[kind].delete(key);
  kept[kind].set(key, value);
  const gone = kept[kind].size > MOST[kind] ? kept[kind].keys().next().value : null;
  kept[kind].delete(gone);
  const store = database?.transaction(kind, 'readwrite').objectStore(kind);
  store?.put({ key, value, order: Date.now() });
  if (gone !== null) store?.delete(gone);
}
