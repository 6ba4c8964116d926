import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import Handlebars from 'handlebars'
import { errorCodes } from '../contract/errors.ts'
import type { TicketGenerationError } from '../errors.ts'
import { loadOnce } from '../runtime/lazy.ts'
import { readAcceptLanguage } from './accept-language.ts'
import { findWords, type MobileTicketWords } from './mobile-ticket/words.ts'

/** A file to send to the browser. */
export interface MobileTicketFile {
  media: string
  content: Buffer
  headers: Record<string, string>
}

/**
 * The look of an event. Colours are `#rrggbb`, pictures `data:` URLs; text in `onAccent` is readable on
 * `accent`, and `ink` on white.
 */
export interface MobileTicketBrand {
  logo?: string | undefined
  background?: string | undefined
  accent?: string | undefined
  onAccent?: string | undefined
  ink?: string | undefined
  organiser?: string | undefined
  website?: string | undefined
  terms?: string | undefined
}

/** The contents of a mobile ticket. `qr` is an SVG element of ours; everything else is plain text. */
export interface MobileTicketView {
  title: string
  code: string
  qr: string
  locale: string
  direction: 'ltr' | 'rtl'
  showCode: string
  howToShow: string
  facts: { name: string; label: string; value: string }[]
  links: Record<(typeof linkOrder)[number], string | null>
  brand?: MobileTicketBrand
}

/** Writes a ticket's page. It is self-contained, so a browser can cache it as one response. */
export async function writeMobileTicket(view: MobileTicketView): Promise<MobileTicketFile> {
  const { page, css, script } = await parts()
  const { words } = findWords([view.locale])
  const { locale: lang, direction: dir, facts, brand = {}, ...rest } = view
  const colours = coloursOf(brand)
  const html = page({
    ...{ ...rest, lang, dir, words, brand: { ...noBrand, ...brand } },
    event: facts.filter(({ name }) => eventFacts.has(name)),
    guest: facts.filter(({ name }) => !eventFacts.has(name)),
    links: linkOrder.flatMap((name) => (view.links[name] ? [{ name, href: view.links[name], text: words[name] }] : [])),
    website: websiteText(brand),
    ...{ qr: markup(view.qr), css: markup(css), script: markup(script), colours: colours && markup(colours) },
  })
  return { media: htmlMedia, content: Buffer.from(html), headers: headersFor([css, colours], script) }
}

/** Writes the address of a website as people do. */
function websiteText({ website }: MobileTicketBrand): string | undefined {
  return website?.replace(/^https:\/\/|\/$/g, '')
}

/** Writes the style sheet of an event's colours, empty where it has none. */
function coloursOf({ accent, onAccent, ink }: MobileTicketBrand): string {
  const colours = { '--brand': accent, '--on-brand': onAccent, '--ink': ink }
  const given = Object.entries(colours).flatMap(([name, colour]) => (colour ? [`${name}:${colour}`] : []))
  return given.length > 0 ? `:root{${given.join(';')}}` : ''
}

/**
 * Writes the page that explains why no ticket is shown; where the ticket is being printed, it asks again by
 * itself. `languages` is the request's Accept-Language header.
 */
export async function writeFailurePage(error: TicketGenerationError, languages: string): Promise<MobileTicketFile> {
  const { failure, css, script } = await parts()
  const brand = error.branding ?? {}
  const colours = coloursOf(brand)
  const { language, words } = findWords(readAcceptLanguage(languages))
  const content = failure({
    ...failureOf(error, words),
    refreshSeconds: error.code === 'TICKET_PRINTING' ? errorCodes.TICKET_PRINTING.retryAfterSeconds : 0,
    lang: language,
    dir: language === 'ar' ? 'rtl' : 'ltr',
    brand: { ...noBrand, ...brand },
    website: websiteText(brand),
    ...{ css: markup(css), colours: colours && markup(colours) },
  })
  return { media: htmlMedia, content: Buffer.from(content), headers: headersFor([css, colours], script) }
}

/** Reads the service worker that keeps tickets for offline use. It may connect to the service only. */
export async function readMobileTicketWorker(): Promise<MobileTicketFile> {
  const headers = { 'content-security-policy': "default-src 'none'; connect-src 'self'" }
  return { media: 'text/javascript; charset=utf-8', content: Buffer.from(await read('service-worker.js')), headers }
}

const htmlMedia = 'text/html; charset=utf-8'
const linkOrder = ['apple', 'google', 'map', 'calendar', 'pdf', 'png'] as const
const eventFacts: ReadonlySet<string> = new Set(['date', 'until', 'doors', 'place'])
// The template is strict: it takes no name for absent that nobody set.
const noBrand = { logo: '', background: '', organiser: '', website: '', terms: '' }

/** Marks text that we generated as HTML, so that Handlebars does not escape it. */
function markup(text: string) {
  return new Handlebars.SafeString(text)
}

const parts = loadOnce(async () => {
  const [page, failure, css, script] = await Promise.all([
    read('page.hbs'),
    read('failure.hbs'),
    read('page.css'),
    read('page.js'),
  ])
  return { page: compile(page), failure: compile(failure), css, script }
})

function read(file: string): Promise<string> {
  return readFile(path.join(import.meta.dirname, 'mobile-ticket', file), 'utf8')
}

function compile(template: string) {
  return Handlebars.compile<Record<string, unknown>>(template, { strict: true, knownHelpersOnly: true })
}

/** Allows only our own script and styles, by hash: a script in a guest's name could not run. */
function headersFor(styles: string[], script: string) {
  return {
    'content-security-policy': [
      "default-src 'none'",
      `script-src ${hashOf(script)}`,
      `style-src ${styles.filter(Boolean).map(hashOf).join(' ')}`,
      'img-src data:',
      "connect-src 'self'",
      "worker-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    // The service worker recognises our responses by this header.
    'permissions-policy': 'screen-wake-lock=(self)',
    'referrer-policy': 'no-referrer',
    'x-robots-tag': 'noindex',
    vary: 'accept, accept-language',
  }
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

function failureOf({ status, code }: TicketGenerationError, { gone, wrong, down, printing }: MobileTicketWords) {
  if (code === 'TICKET_PRINTING') return printing
  if (status === 410) return gone
  return status < 500 ? wrong : down
}
