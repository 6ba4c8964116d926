// Flags that forbid network access, as far as flags can.
const offline = [
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--proxy-server=http://127.0.0.1:9',
  '--proxy-bypass-list=<-loopback>',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--disable-webgl',
  '--no-pings',
  '--disable-domain-reliability',
  '--disable-file-system',
]

// The flags that Puppeteer 25 starts a headless Chromium with (ChromeLauncher.defaultArgs), except
// --enable-automation, and --export-tagged-pdf and --generate-pdf-document-outline, which each print sets.
const puppeteers = [
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
  // Lambda has no user namespaces, and its functions may run as root: the function itself is the sandbox.
  '--no-sandbox',
  '--no-zygote',
  '--in-process-gpu',
  '--disable-gpu',
  '--font-render-hinting=none',
  '--no-default-browser-check',
  '--disk-cache-size=1048576',
  // Draws frames only on request, which takes a third off the time of a ticket printed alone.
  '--enable-begin-frame-control',
  '--run-all-compositor-stages-before-draw',
]

/** The flags that Chromium is started with, apart from its profile folder and the number of its processes. */
export const chromiumFlags = [...puppeteers, ...ours, ...offline]

/**
 * Keeps pages in the browser's own process, for machines on which it cannot start others. The other flags
 * that @sparticuz/chromium pairs it with on Lambda are always set: --no-sandbox, --no-zygote,
 * --in-process-gpu.
 */
export const singleProcessFlag = '--single-process'
