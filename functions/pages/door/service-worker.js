// `shell` is written above this text when it is served: { version, page, assets }, addresses relative to this script.
const cacheName = `door-${shell.version}`
const pageUrl = new URL(shell.page, self.location.href).href
const assetUrls = shell.assets.map((asset) => new URL(asset, self.location.href).href)

self.addEventListener('install', (event) => {
  event.waitUntil(keepShell())
})

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOldShells())
})

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  const address = url.origin + url.pathname
  const isShell = event.request.method === 'GET' && (address === pageUrl || assetUrls.includes(address))
  // Whatever else the page asks for is for the service to answer, now or not at all.
  if (isShell) event.respondWith(answerFromShell(address))
})

async function keepShell() {
  const cache = await caches.open(cacheName)
  await cache.addAll([pageUrl, ...assetUrls].map((url) => new Request(url, { cache: 'reload' })))
  await self.skipWaiting()
}

async function dropOldShells() {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name.startsWith('door-') && name !== cacheName).map((name) => caches.delete(name)))
  await self.clients.claim()
}

async function answerFromShell(address) {
  const cache = await caches.open(cacheName)
  return (await cache.match(address)) ?? fetch(address)
}
