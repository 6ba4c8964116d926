if ('serviceWorker' in navigator) keep().catch(() => undefined)
if ('wakeLock' in navigator) {
  stayBright()
  document.addEventListener('visibilitychange', stayBright)
}

/** Has this page kept for when there is no network, and says so once it is. */
async function keep() {
  await navigator.serviceWorker.register('service-worker.js')
  const { active } = await navigator.serviceWorker.ready
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = ({ data: isKept }) => {
    const note = document.getElementById('kept')
    if (isKept) note.textContent = note.dataset.kept
  }
  active.postMessage(location.href, [port2])
}

/** A screen that dims in the queue is no use at the door. Where the phone saves power it refuses, and then it may dim. */
function stayBright() {
  if (document.visibilityState === 'visible') navigator.wakeLock.request('screen').catch(() => undefined)
}
