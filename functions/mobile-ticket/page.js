const cacheName = 'mobile-tickets'

if ('serviceWorker' in navigator) keep().catch(() => undefined)
if ('wakeLock' in navigator) {
  stayBright()
  document.addEventListener('visibilitychange', stayBright)
}

/** Keeps this page for when there is no network, and says so. */
async function keep() {
  await navigator.serviceWorker.register('service-worker.js')
  await navigator.serviceWorker.ready
  const cache = await caches.open(cacheName)
  if (!(await cache.match(location.href))) await cache.add(location.href)
  const note = document.getElementById('kept')
  note.textContent = note.dataset.kept
}

/** A screen that dims in the queue is no use at the door. Where the phone saves power it refuses, and then it may dim. */
function stayBright() {
  if (document.visibilityState === 'visible') navigator.wakeLock.request('screen').catch(() => undefined)
}
