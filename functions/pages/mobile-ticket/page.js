const outdatedAfterMs = 600_000

if ('serviceWorker' in navigator) cachePage().catch(() => undefined)
if ('wakeLock' in navigator) {
  keepScreenOn()
  document.addEventListener('visibilitychange', keepScreenOn)
}
document.querySelector('.qr').addEventListener('click', showCodeAlone)
tellAge()

/** Asks the service worker to cache this page for offline use, and informs the guest once it is cached. */
async function cachePage() {
  await navigator.serviceWorker.register('service-worker.js')
  const { active } = await navigator.serviceWorker.ready
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = ({ data: isCached }) => {
    if (!isCached) return
    const note = document.getElementById('kept')
    note.textContent = note.dataset.kept
    document.addEventListener('visibilitychange', renewPage)
  }
  active.postMessage(location.href, [port2])
}

/** Reloads the page when a guest comes back to it, since the event may have changed. Offline, the cache has it. */
function renewPage() {
  if (document.visibilityState === 'visible' && performance.now() > outdatedAfterMs) location.reload()
}

/** Shows the age of a page from the service worker's cache, until the network is back. */
function tellAge() {
  const note = document.getElementById('old')
  const { asOf, cachedAt } = note.dataset
  if (!cachedAt) return
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' })
  note.textContent = asOf.replace('{time}', format.format(new Date(Number(cachedAt))))
  addEventListener('online', () => location.reload())
}

/** Shows the code alone on a white screen, or the whole ticket again. */
function showCodeAlone({ currentTarget: button }) {
  const isAlone = document.documentElement.classList.toggle('shown')
  button.setAttribute('aria-pressed', String(isAlone))
}

/**
 * Keeps the screen from dimming in the queue. Phones refuse this in power saving mode; the screen may dim
 * then.
 */
function keepScreenOn() {
  if (document.visibilityState === 'visible') navigator.wakeLock.request('screen').catch(() => undefined)
}
