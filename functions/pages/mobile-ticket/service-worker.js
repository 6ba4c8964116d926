const cacheName = 'mobile-tickets'
const timeoutMs = 3000
const cachedAtHeader = 'x-cached-at'

self.addEventListener('install', () => self.skipWaiting())

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', (event) => {
  // This script's scope contains only ticket pages; their links lead out of it.
  if (event.request.mode !== 'navigate' || event.request.method !== 'GET') return
  const fresh = fetch(event.request)
  event.waitUntil(fresh.then((response) => updateCache(event.request.url, response.clone())).catch(() => undefined))
  event.respondWith(freshOrCached(event.request.url, fresh))
})

// A page that was fetched before this script was installed asks to be cached.
self.addEventListener('message', (event) => {
  const [page] = event.ports
  event.waitUntil(
    cachePage(event.data)
      .catch(() => false)
      .then((isCached) => page.postMessage(isCached)),
  )
})

async function cachePage(url) {
  const cache = await caches.open(cacheName)
  if (await cache.match(url)) return true
  const response = await fetch(url)
  await updateCache(url, response.clone())
  return isTicket(response)
}

/** Caches a valid ticket, and drops one that is gone. Other responses, such as a captive portal's, change nothing. */
async function updateCache(url, response) {
  const cache = await caches.open(cacheName)
  if (isTicket(response)) await cache.put(url, withTime(response))
  if (isGone(response)) await cache.delete(url)
}

/**
 * Prefers the service's response, unless it takes longer than the timeout: a hanging network must not hold up
 * the queue.
 */
async function freshOrCached(url, fresh) {
  const cache = await caches.open(cacheName)
  const cached = await cache.match(url)
  if (!cached) return fresh
  const timeout = new Promise((resolve) => setTimeout(resolve, timeoutMs))
  const response = await Promise.race([fresh, timeout]).catch(() => undefined)
  return response && (isTicket(response) || isGone(response)) ? response : tellTime(cached)
}

/** Records when a ticket was cached, by this device's clock. */
function withTime(response) {
  const headers = new Headers(response.headers)
  headers.set(cachedAtHeader, String(Date.now()))
  return new Response(response.body, { headers })
}

/** Writes into a cached ticket when it was cached, for its page to show. */
async function tellTime(cached) {
  const html = await cached.text()
  const cachedAt = cached.headers.get(cachedAtHeader) ?? ''
  return new Response(html.replace('data-cached-at=""', `data-cached-at="${cachedAt}"`), { headers: cached.headers })
}

function isTicket(response) {
  return response.status === 200 && isOurs(response)
}

function isGone(response) {
  return (response.status === 404 || response.status === 410) && isOurs(response)
}

/** Recognises the service's responses by their permissions policy, which a captive portal does not send. */
function isOurs({ headers }) {
  return headers.get('permissions-policy') === 'screen-wake-lock=(self)'
}
