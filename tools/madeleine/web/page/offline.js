// Keeps the page for the time when no server runs. Browsers allow that on this computer, and with https.

const LATER_MS = 4000; // the camera goes first

/** Once everything is there. */
export function keepPage() {
  if (!navigator.serviceWorker) return;
  addEventListener('load', () => setTimeout(register, LATER_MS), { once: true });
}

async function register() {
  try {
    await navigator.serviceWorker.register('/worker.js');
    const { active } = await navigator.serviceWorker.ready;
    const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
    active.postMessage([location.origin + '/', ...new Set(loaded)]);
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error; // a private window allows none
  }
}
