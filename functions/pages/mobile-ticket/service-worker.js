const cacheName = 'mobile-tickets'
const patienceMs = 3000

self.addEventListener('install', () => self.skipWaiting())

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', (event) => {
  // Only tickets themselves lie below this script; whatever they lead to is elsewhere.
  if (event.request.mode !== 'navigate' || event.request.method !== 'GET') return
  const fresh = fetch(event.request)
  event.waitUntil(fresh.then((response) => note(event.request.url, response.clone())).catch(() => undefined))
  event.respondWith(choose(event.request.url, fresh))
})

// The page was fetched before this script was there, and asks to be kept.
self.addEventListener('message', (event) => {
  const [page] = event.ports
  event.waitUntil(
    keep(event.data)
      .catch(() => false)
      .then((isKept) => page.postMessage(isKept)),
  )
})

async function keep(url) {
  const cache = await caches.open(cacheName)
  if (await cache.match(url)) return true
  const response = await fetch(url)
  await note(url, response.clone())
  return isTicket(response)
}

/** Keeps what is good, and forgets what the service says is gone; whatever else answers here, as a hotel's login page, changes nothing. */
async function note(url, response) {
  const cache = await caches.open(cacheName)
  if (isTicket(response)) await cache.put(url, response)
  if (isGone(response)) await cache.delete(url)
}

/** The service has the last word, as long as it says it soon; a network that hangs must not hold up the queue. */
async function choose(url, fresh) {
  const cache = await caches.open(cacheName)
  const kept = await cache.match(url)
  if (!kept) return fresh
  const late = new Promise((resolve) => setTimeout(resolve, patienceMs))
  const response = await Promise.race([fresh, late]).catch(() => undefined)
  return response && (isTicket(response) || isGone(response)) ? response : kept
}

function isTicket(response) {
  return response.status === 200 && isOurs(response)
}

function isGone(response) {
  return (response.status === 404 || response.status === 410) && isOurs(response)
}

/** Tells the service's pages by what they alone ask for: that the screen may stay bright. */
function isOurs({ headers }) {
  return headers.get('permissions-policy') === 'screen-wake-lock=(self)'
}
