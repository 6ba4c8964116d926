/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import * as z from 'zod'
import { fitWindow, type WarmBrowser } from './browser.ts'
import type { SharedMarkup } from './compose-document.ts'
import { findCutTexts } from './measure-page.ts'
import type { PageSize } from './round-pages.ts'
import { type EstimatedText, estimateText, TextLimits } from './text-limits.ts'

/**
 * Tickets of one template that were just printed and are still in the page; without `templateKey` they are a
 * trial's, which measures all itself.
 */
export interface MeasuredPrint {
  templateKey: string | undefined
  markup: SharedMarkup
  area: PageSize
}

/**
 * Counts for each ticket the texts of which part is cut off. To lay out every ticket as large as its paper
 * takes a twentieth of the time of printing it, so only those are measured that have a text wider than any
 * that was seen to fit: after the first print of a template, very few. The page holds no more than those
 * afterwards.
 */
export async function countClippedTexts(browser: WarmBrowser, { templateKey, markup, area }: MeasuredPrint): Promise<number[]> {
  if (templateKey === undefined) return []
  const texts = estimateAll(markup)
  const limits = texts.map(({ length }) => limitsOf(browser, `${templateKey} ${length}`))
  const suspects = [...texts.keys()].filter((index) => limits[index]?.isSuspect(texts[index] ?? []))
  if (suspects.length === 0) return []
  const measured = await measure(browser, area, suspects)
  const counts: number[] = texts.map(() => 0)
  for (const [at, index] of suspects.entries()) {
    const cut = measured[at] ?? []
    counts[index] = cut.length
    limits[index]?.learn(texts[index] ?? [], cut)
  }
  return counts
}

const rememberedTemplates = 500
/** A browser that is replaced takes with it what was seen in it. */
const known = new WeakMap<WarmBrowser, Map<string, TextLimits>>()

function limitsOf(browser: WarmBrowser, key: string): TextLimits {
  const templates = known.get(browser) ?? new Map<string, TextLimits>()
  known.set(browser, templates)
  const limits = templates.get(key) ?? new TextLimits()
  templates.set(key, limits)
  const [oldest] = templates.keys()
  if (oldest !== undefined && templates.size > rememberedTemplates) templates.delete(oldest)
  return limits
}

/** Estimates the texts of all tickets, each piece of markup once. */
function estimateAll({ pieces, tickets }: SharedMarkup): EstimatedText[][] {
  const estimates = pieces.map((piece) => estimateText(piece.slice(piece.indexOf('>') + 1)))
  return tickets.map((numbers) => numbers.flatMap((number) => estimates[number] ?? []))
}

async function measure(browser: WarmBrowser, area: PageSize, tickets: number[]): Promise<string[][]> {
  await fitWindow(browser, area)
  return z.array(z.array(z.string())).parse(await browser.call(source, tickets))
}

// The function below runs inside the browser: it may use nothing from outside itself.

function measureTickets(tickets: number[], find: typeof findCutTexts): string[][] {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  const bodies = Array.from(root.querySelectorAll('body'))
  for (const [index, body] of bodies.entries()) if (!tickets.includes(index)) (body.closest('ticket-sheet') ?? body).remove()
  return tickets.map((index) => (bodies[index] ? find(bodies[index]) : []))
}

const source = `(tickets) => (${measureTickets})(tickets, ${findCutTexts})`
