// The page's service worker: keeps the page, so that it opens while `madeleine web` is not running. The server goes first.

const KEPT = 'madeleine';
const PAGE = /^\/(?:$|page\/|scene\/|card$)/; // examples and what is live are the server's alone
const MOST = 400; // answers; cards can be typed without end

addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));

/** The page tells what it has loaded before this worker was there. */
addEventListener('message', (event) => {
  const wanted = event.data.filter((address) => isKept(new URL(address, location.origin)));
  event.waitUntil(caches.open(KEPT).then((cache) => Promise.allSettled(wanted.map((address) => cache.add(address)))));
});

addEventListener('fetch', (event) => {
  if (event.request.method === 'GET' && isKept(new URL(event.request.url))) event.respondWith(answer(event));
});

function isKept({ origin, pathname }) {
  return origin === location.origin && PAGE.test(pathname);
}

async function answer(event) {
  const cache = await caches.open(KEPT);
  try {
    const fresh = await fetch(event.request);
    if (fresh.ok) event.waitUntil(keep(cache, event.request, fresh.clone()));
    return fresh;
  } catch (error) {
    const kept = await cache.match(event.request);
    if (kept) return kept;
    throw error;
  }
}

async function keep(cache, request, response) {
  if ((await cache.match(request)) || (await cache.keys()).length < MOST) await cache.put(request, response);
}
