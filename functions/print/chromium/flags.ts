// Forbids everything that a document can ask for, as far as flags can.
const cage = [
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--proxy-server=http://127.0.0.1:9',
  '--proxy-bypass-list=<-loopback>',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--disable-webgl',
  '--no-pings',
  '--disable-domain-reliability',
  '--disable-file-system',
]

// With these Puppeteer 25 starts a headless Chromium (ChromeLauncher.defaultArgs). Left out are --enable-automation, and --export-tagged-pdf and
// --generate-pdf-document-outline, since each print says for itself what it wants.
const usual = [
  '--headless',
  '--allow-pre-commit-input',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-breakpad',
  '--disable-client-side-phishing-detection',
  '--disable-component-extensions-with-background-pages',
  '--disable-crash-reporter',
  '--disable-default-apps',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-hang-monitor',
  '--disable-infobars',
  '--disable-ipc-flooding-protection',
  '--disable-popup-blocking',
  '--disable-prompt-on-repost',
  '--disable-renderer-backgrounding',
  '--disable-search-engine-choice-screen',
  '--disable-sync',
  '--force-color-profile=srgb',
  '--hide-scrollbars',
  '--metrics-recording-only',
  '--mute-audio',
  '--no-first-run',
  '--password-store=basic',
  '--use-mock-keychain',
  '--enable-features=PdfOopif',
  `--disable-features=${[
    ...['Translate', 'AcceptCHFrame', 'MediaRouter', 'OptimizationHints', 'WebUIReloadButton'],
    ...['ProcessPerSiteUpToMainFrameThreshold', 'IsolateSandboxedIframes'],
    ...['AudioServiceOutOfProcess', 'IsolateOrigins', 'site-per-process'],
  ]}`,
]

const ours = [
  // Lambda has no user namespaces and its functions may run as root: the sandbox there is the function itself.
  '--no-sandbox',
  '--no-zygote',
  '--in-process-gpu',
  '--disable-gpu',
  '--font-render-hinting=none',
  '--no-default-browser-check',
  '--disk-cache-size=1048576',
  // Nobody looks at the page: frames are drawn when they are asked for, which takes a third off a ticket printed alone.
  '--enable-begin-frame-control',
  '--run-all-compositor-stages-before-draw',
]

/** Lists what Chromium is started with, apart from where its profile lies. */
export const chromiumFlags = [...usual, ...ours, ...cage]
