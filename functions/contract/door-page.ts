/** The files of the door page besides the page itself. The service worker caches all of them. */
export const doorAssets = [
  'door.css',
  'themes.css',
  'verdict.css',
  'door.js',
  'admission.js',
  'decide-offline.js',
  'camera.js',
  'camera-panel.js',
  'camera-tools.js',
  'device-settings.js',
  'page-controller.js',
  'door-knowledge.js',
  'door-memory.js',
  'door-pass.js',
  'exit-switch.js',
  'find.js',
  'guest-list.js',
  'guest-names.js',
  'guest-search.js',
  'guests.css',
  'offline-verify.js',
  'passages.js',
  'presented-code.js',
  'qr-payload.js',
  'scan-upload.js',
  'search-words.js',
  'scanner-keys.js',
  'service-calls.js',
  'settings-panel.js',
  'signals.js',
  'undo.js',
  'verdict.js',
  'verdict-view.js',
  'view.js',
  'words.js',
  'words.json.js',
  'zxing-reader.js',
  'zxing-share.js',
  'zxing_reader.wasm',
  'icon.svg',
  'manifest.webmanifest',
  'service-worker.js',
] as const

/** The name of one of the door page's files. */
export type DoorAsset = (typeof doorAssets)[number]

/** The modules of other folders that the door page uses too, by their sources below functions/. */
export const sharedDoorModules: Partial<Record<DoorAsset, string>> = {
  'offline-verify.js': 'trust/offline-verify.ts',
  'presented-code.js': 'contract/presented-code.ts',
  'qr-payload.js': 'contract/qr-payload.ts',
  'search-words.js': 'contract/search-words.ts',
}

/** The media types of the door page's files, by file name extension. */
export const doorMedia = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  wasm: 'application/wasm',
  svg: 'image/svg+xml',
  webmanifest: 'application/manifest+json',
} as const
