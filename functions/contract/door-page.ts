/** Lists the files that the door page consists of besides the page itself; the service worker keeps all of them for when there is no network. */
export const doorAssets = [
  'door.css',
  'door.js',
  'admission.js',
  'camera.js',
  'camera-panel.js',
  'page-controller.js',
  'door-knowledge.js',
  'door-memory.js',
  'door-pass.js',
  'find.js',
  'offline-verify.js',
  'scan-upload.js',
  'service-calls.js',
  'signals.js',
  'undo.js',
  'verdict.js',
  'view.js',
  'zxing-reader.js',
  'zxing-share.js',
  'zxing_reader.wasm',
  'icon.svg',
  'manifest.webmanifest',
  'service-worker.js',
] as const

/** Names one of the door page's files. */
export type DoorAsset = (typeof doorAssets)[number]

/** Gives the media type of each kind of file that the door page consists of. */
export const doorMedia = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  wasm: 'application/wasm',
  svg: 'image/svg+xml',
  webmanifest: 'application/manifest+json',
} as const
