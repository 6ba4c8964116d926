if ('serviceWorker' in navigator) cachePage().catch(() => undefined)
if ('wakeLock' in navigator) {
  keepScreenOn()
  document.addEventListener('visibilitychange', keepScreenOn)
}

/** Asks the service worker to cache this page for offline use, and tells the guest once it has. */
async function cachePage() {
  await navigator.serviceWorker.register('service-worker.js')
  const { active } = await navigator.serviceWorker.ready
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = ({ data: isCached }) => {
    const note = document.getElementById('kept')
    if (isCached) note.textContent = note.dataset.kept
  }
  active.postMessage(location.href, [port2])
}

/**
 * Keeps the screen from dimming in the queue. Phones refuse this in power saving mode; the screen may dim
 * then.
 */
function keepScreenOn() {
  if (document.visibilityState === 'visible') navigator.wakeLock.request('screen').catch(() => undefined)
}
