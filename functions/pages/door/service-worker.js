// The server prepends `shell`: { version, page, assets }, with URLs relative to this script.
const cacheName = `door-${shell.version}`
const pageUrl = new URL(shell.page, self.location.href).href
const assetUrls = shell.assets.map((asset) => new URL(asset, self.location.href).href)

self.addEventListener('install', (event) => {
  event.waitUntil(cacheShell())
})

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOldShells())
})

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  const bareUrl = url.origin + url.pathname
  const isShell = event.request.method === 'GET' && (bareUrl === pageUrl || assetUrls.includes(bareUrl))
  // Everything else goes to the network and is never cached.
  if (isShell) event.respondWith(respondFromCache(bareUrl))
})

async function cacheShell() {
  const cache = await caches.open(cacheName)
  await cache.addAll([pageUrl, ...assetUrls].map((url) => new Request(url, { cache: 'reload' })))
  await self.skipWaiting()
}

async function dropOldShells() {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name.startsWith('door-') && name !== cacheName).map((name) => caches.delete(name)))
  await self.clients.claim()
}

async function respondFromCache(url) {
  const cache = await caches.open(cacheName)
  return (await cache.match(url)) ?? fetch(url)
}
