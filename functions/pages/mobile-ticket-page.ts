import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import Handlebars from 'handlebars'
import { loadOnce } from '../runtime/lazy.ts'
import type { MobileTicketWords } from './mobile-ticket/mobile-ticket-words.ts'
import { findWords } from './mobile-ticket/words.ts'

/** Is a file as it goes to the browser. */
export interface MobileTicketFile {
  media: string
  content: Buffer
  headers: Record<string, string>
}

/** Is what a mobile ticket shows. `qr` is an SVG element of our own making; everything else is text. */
export interface MobileTicketView {
  title: string
  code: string
  qr: string
  locale: string
  direction: 'ltr' | 'rtl'
  showCode: string
  validOnce: string
  facts: { name: string; label: string; value: string }[]
  links: Record<'calendar' | 'apple' | 'google' | 'pdf' | 'png', string | null>
}

/** Writes the page of a ticket. It is complete in itself, so that a browser has to keep nothing else. */
export async function writeMobileTicket(view: MobileTicketView): Promise<MobileTicketFile> {
  const { page, css, script, headers } = await parts()
  const { words } = findWords([view.locale])
  const links = linkOrder.flatMap((name) => (view.links[name] ? [{ href: view.links[name], text: words[name] }] : []))
  const { locale: lang, direction: dir, ...rest } = view
  const html = page({ ...rest, lang, dir, words, links, qr: markup(view.qr), css: markup(css), script: markup(script) })
  return { media: htmlMedia, content: Buffer.from(html), headers }
}

/**
 * Writes the page that says in human words why there is no ticket; `status` is HTTP's, `languages` what the browser prefers, as in
 * Accept-Language.
 */
export async function writeFailurePage(status: number, languages: string): Promise<MobileTicketFile> {
  const { failure, css, headers } = await parts()
  const { language, words } = findWords(preferred(languages))
  const content = failure({
    ...failureOf(status, words),
    lang: language,
    dir: language === 'ar' ? 'rtl' : 'ltr',
    css: markup(css),
  })
  return { media: htmlMedia, content: Buffer.from(content), headers }
}

/** Reads the script that keeps tickets for when there is no network; it may talk to the service and nobody else. */
export async function readMobileTicketWorker(): Promise<MobileTicketFile> {
  const headers = { 'content-security-policy': "default-src 'none'; connect-src 'self'" }
  return { media: 'text/javascript; charset=utf-8', content: Buffer.from(await read('service-worker.js')), headers }
}

const htmlMedia = 'text/html; charset=utf-8'
const linkOrder = ['apple', 'google', 'calendar', 'pdf', 'png'] as const

/** Passes on text of our own that is markup already. */
function markup(text: string) {
  return new Handlebars.SafeString(text)
}

/** Loads what pages are made of. */
const parts = loadOnce(async () => {
  const [page, failure, css, script] = await Promise.all([
    read('page.hbs'),
    read('failure.hbs'),
    read('page.css'),
    read('page.js'),
  ])
  return { page: compile(page), failure: compile(failure), css, script, headers: headersFor(css, script) }
})

function read(file: string): Promise<string> {
  return readFile(path.join(import.meta.dirname, 'mobile-ticket', file), 'utf8')
}

function compile(template: string) {
  return Handlebars.compile<Record<string, unknown>>(template, { strict: true, knownHelpersOnly: true })
}

/** Nothing runs but what this repository holds, and nothing is loaded: a script that got into a guest's name would come to nothing. */
function headersFor(css: string, script: string) {
  return {
    'content-security-policy': [
      "default-src 'none'",
      `script-src ${hashOf(script)}`,
      `style-src ${hashOf(css)}`,
      'img-src data:',
      "connect-src 'self'",
      "worker-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    // The service worker knows our pages by this.
    'permissions-policy': 'screen-wake-lock=(self)',
    'referrer-policy': 'no-referrer',
    'x-robots-tag': 'noindex',
    vary: 'accept, accept-language',
  }
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

function failureOf(status: number, { gone, wrong, down }: MobileTicketWords) {
  if (status === 410) return gone
  return status < 500 ? wrong : down
}

/** Lists the languages of Accept-Language; their order stands for their weights, as browsers write it. */
function preferred(languages: string): string[] {
  return languages.split(',').map((one) => one.replace(/;.*$/, '').trim())
}
