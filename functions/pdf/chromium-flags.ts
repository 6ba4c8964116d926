/**
 * Lists the flags that Chromium is started with, for a profile in the folder `profile`. Source: Chromium,
 * content/public/common/content_switches.cc and headless/app/headless_shell_switches.cc.
 */
export function chromiumFlags(profile: string): string[] {
  return [...puppeteerDefaults, ...cage, ...renderer, `--user-data-dir=${profile}`, 'about:blank']
}

/** Forbid what reaches out of the machine, each where another leaks. */
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

const disabledFeatures = [
  // As Puppeteer has them.
  ...['Translate', 'AcceptCHFrame', 'MediaRouter', 'OptimizationHints', 'WebUIReloadButton'],
  ...['ProcessPerSiteUpToMainFrameThreshold', 'IsolateSandboxedIframes'],
  // One process for the page: it holds nothing of another site.
  ...['AudioServiceOutOfProcess', 'IsolateOrigins', 'site-per-process'],
]

const renderer = [
  // Lambda has no user namespaces and its functions may run as root: the sandbox there is the function itself.
  '--no-sandbox',
  '--no-zygote',
  '--in-process-gpu',
  '--disable-gpu',
  '--font-render-hinting=none',
  '--no-default-browser-check',
  '--disk-cache-size=1048576',
  `--disable-features=${disabledFeatures.join(',')}`,
  // Nobody looks at the page: frames are drawn when they are asked for, which takes a third off a ticket printed alone.
  '--enable-begin-frame-control',
  '--run-all-compositor-stages-before-draw',
]

/**
 * Are the flags of Puppeteer 25's `defaultArgs` for the headless shell, but for those that say that the browser is automated and that write tags and
 * an outline into every PDF. They stand here since the part of Puppeteer that launches browsers takes longer to load than the rest of it.
 */
const puppeteerDefaults = [
  '--headless',
  '--hide-scrollbars',
  '--mute-audio',
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
  '--enable-features=PdfOopif',
  '--force-color-profile=srgb',
  '--metrics-recording-only',
  '--no-first-run',
  '--password-store=basic',
  '--use-mock-keychain',
]
