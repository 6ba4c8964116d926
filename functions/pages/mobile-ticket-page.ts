import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import Handlebars from 'handlebars'
import { textColourOn } from '../contract/colours.ts'
import { errorCodes } from '../contract/errors.ts'
import type { Branding } from '../contract/schemas/branding.ts'
import type { TicketGenerationError } from '../errors.ts'
import { loadOnce } from '../runtime/lazy.ts'
import { findWords, type MobileTicketWords, readAcceptLanguage } from './mobile-ticket/words.ts'
import type { PageFile } from './page-modules.ts'

/** The content of a mobile ticket. `qr` is a trusted SVG element; everything else is plain text. */
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
  branding: Branding | null
}

/** Writes a ticket's page. It is self-contained, so a browser can cache it as one response. */
export async function writeMobileTicket(view: MobileTicketView): Promise<PageFile> {
  const { page, css, script } = await parts()
  const { words } = findWords([view.locale])
  const { locale: lang, direction: dir, facts, branding, ...rest } = view
  const brand = brandOf(branding)
  const html = page({
    ...{ ...rest, ...brand, lang, dir, words },
    event: facts.filter(({ name }) => eventFacts.has(name)),
    guest: facts.filter(({ name }) => !eventFacts.has(name)),
    links: linkOrder.flatMap((name) => (view.links[name] ? [{ name, href: view.links[name], text: words[name] }] : [])),
    ...{ qr: markup(view.qr), css: markup(css), script: markup(script) },
  })
  return { media: htmlMedia, content: Buffer.from(html), headers: headersFor([css, brand.colours], script) }
}

/** Prepares an event's branding for a page: as it is, its colours as a style sheet, and its website as people write it. */
function brandOf(branding: Branding | null) {
  const website = branding?.website?.replace(/^https:\/\/|\/$/g, '')
  return { brand: { ...noBrand, ...branding }, colours: coloursOf(branding ?? {}), website }
}

/** Writes the style sheet of an event's colours; empty without any. */
function coloursOf({ accent, ink }: Branding): string {
  const colours = { '--brand': accent, '--on-brand': accent && textColourOn(accent), '--ink': ink }
  const given = Object.entries(colours).flatMap(([name, colour]) => (colour ? [`${name}:${colour}`] : []))
  return given.length > 0 ? `:root{${given.join(';')}}` : ''
}

/**
 * Writes the page that explains why no ticket is shown; while the ticket is being printed, it reloads itself.
 * `languages` is the request's Accept-Language header.
 */
export async function writeFailurePage(error: TicketGenerationError, languages: string): Promise<PageFile> {
  const { failure, css, script } = await parts()
  const brand = brandOf(error.branding)
  const { language, words } = findWords(readAcceptLanguage(languages))
  const content = failure({
    ...{ ...failureOf(error, words), ...brand },
    refreshSeconds: error.code === 'TICKET_PRINTING' ? errorCodes.TICKET_PRINTING.retryAfterSeconds : 0,
    lang: language,
    dir: language === 'ar' ? 'rtl' : 'ltr',
    css: markup(css),
  })
  return { media: htmlMedia, content: Buffer.from(content), headers: headersFor([css, brand.colours], script) }
}

/** Reads the service worker that caches tickets for offline use. It may connect only to the service. */
export async function readMobileTicketWorker(): Promise<PageFile> {
  const headers = { 'content-security-policy': "default-src 'none'; connect-src 'self'" }
  return { media: 'text/javascript; charset=utf-8', content: Buffer.from(await read('service-worker.js')), headers }
}

const htmlMedia = 'text/html; charset=utf-8'
const linkOrder = ['apple', 'google', 'map', 'calendar', 'pdf', 'png'] as const
const eventFacts: ReadonlySet<string> = new Set(['date', 'until', 'doors', 'place'])
// The templates are strict: every name that they use must be set.
const noBrand = { logo: '', background: '', organiser: '', website: '', terms: '' }

/** Marks text as trusted, so that Handlebars does not escape it. */
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

/** Allows only the page's own script and styles, by hash: a script in a guest's name could not run. */
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
    // The service worker recognises the service's responses by this header.
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
