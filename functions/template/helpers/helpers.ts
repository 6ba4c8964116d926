import Handlebars from 'handlebars'
import { barcodeSvg, barcodeTypes, isBarcodeType } from '../../codes/barcode.ts'
import { type TemplateLabels, templateLimits } from '../../contract/template-check.ts'
import { fitText, fitTexts, readTextBox, type TextBox } from './fit-text.ts'
import { formatMoney, formatTime } from './formats.ts'
import { findLabel } from './labels.ts'
import { isThere, shownText } from './shown-value.ts'

/** The parts of a template's version besides its source: assets as `data:` URLs by name, and its own labels. */
export interface TemplateParts {
  assets?: Readonly<Record<string, string>>
  labels?: TemplateLabels
}

/** Registers the template language's helpers, which read locale, timezone and currency of the ticket. */
export function registerHelpers(environment: typeof Handlebars, parts: TemplateParts): FillLimits {
  const helpers: Record<string, Handlebars.HelperDelegate> = {
    if: chooseWhere(isThere),
    unless: chooseWhere((value) => !isThere(value)),
    is: chooseByWord,
    date: (value: unknown, ...rest: unknown[]) =>
      named(rest, () => formatTime(value, { ...placeOf(rest), part: 'date', style: styleOf(rest, 'long') })),
    time: (value: unknown, ...rest: unknown[]) =>
      named(rest, () => formatTime(value, { ...placeOf(rest), part: 'time', style: styleOf(rest, 'short') })),
    money: (amount: unknown, ...rest: unknown[]) =>
      named(rest, () => formatMoney(amount, rest.length > 1 ? rest[0] : rootOf(rest).currency, placeOf(rest).locale)),
    upper: (value: unknown, ...rest: unknown[]) => shownText(asText(value).toLocaleUpperCase(placeOf(rest).locale), ''),
    lower: (value: unknown, ...rest: unknown[]) => shownText(asText(value).toLocaleLowerCase(placeOf(rest).locale), ''),
    label: (name: unknown, ...rest: unknown[]) => findLabel(asText(name), placeOf(rest).locale, parts.labels) ?? asText(name),
    fit: (...given: unknown[]) => fitAll(given.slice(0, -1).map(measuredText), readTextBox(optionsOf(given).hash)),
    asset: (name: unknown) => new Handlebars.SafeString(findAsset(asText(name), parts.assets)),
    barcode: (text: unknown, ...rest: unknown[]) => drawBarcode(asText(text), optionsOf(rest).hash),
  }
  const limits = new FillLimits()
  for (const [name, helper] of Object.entries(helpers)) environment.registerHelper(name, limits.watch(helper))
  environment.registerHelper('each', limits.bound(environment.helpers.each))
  return limits
}

const fillMs = 1_000
const mostTurns = 10_000

/**
 * The limits of one fill: its time, and the turns and output of all loops together. The time starts at the first
 * helper, so that it excludes compilation, which the first fill includes.
 */
export class FillLimits {
  #start: number | undefined
  #turns = 0
  #characters = 0

  /** Resets the limits before a fill. */
  begin(): void {
    ;[this.#start, this.#turns, this.#characters] = [undefined, 0, 0]
  }

  /** Wraps a helper to check the time before each call. */
  watch(helper: Handlebars.HelperDelegate): Handlebars.HelperDelegate {
    const check = () => this.#checkTime()
    return function (this: unknown, ...given) {
      check()
      return helper.apply(this, given)
    }
  }

  /** Wraps `each` to count its turns and their output. */
  bound(each: Handlebars.HelperDelegate | undefined): Handlebars.HelperDelegate {
    const count = (turn: () => string) => this.#count(turn)
    return function (this: unknown, context: unknown, options: Handlebars.HelperOptions) {
      const fn: typeof options.fn = (...given) => count(() => options.fn(...given))
      return each?.call(this, context, { ...options, fn })
    }
  }

  #checkTime(): void {
    const now = performance.now()
    this.#start ??= now
    if (now - this.#start > fillMs) throw new Error(`filling takes longer than ${fillMs} ms`)
  }

  #count(turn: () => string): string {
    this.#turns++
    if (this.#turns > mostTurns) throw new Error(`its loops take more than ${mostTurns} turns`)
    this.#checkTime()
    const text = turn()
    this.#characters += text.length
    const most = templateLimits.filledBytes
    if (this.#characters > 2 * most) throw new Error(`its loops output more than ${most} bytes`)
    return text
  }
}

/** Prefixes errors of a value's format with the variable's name. */
function named(rest: unknown[], format: () => string): string {
  try {
    return format()
  } catch (cause) {
    throw new Error(`${asText(optionsOf(rest).hash.name)}: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}

function chooseWhere(holds: (value: unknown) => boolean) {
  return function (this: unknown, value: unknown, options: Handlebars.HelperOptions): string {
    return holds(value) ? options.fn(this) : options.inverse(this)
  }
}

/** Returns the text of a value to measure; one that is not text is rejected where it is shown. */
function measuredText(value: unknown): string {
  return isThere(value) && typeof value !== 'object' ? asText(value) : ''
}

function fitAll([text = '', ...others]: string[], box: TextBox): number {
  return others.length === 0 ? fitText(text, box) : fitTexts([text, ...others], box)
}

const sameWord = new Intl.Collator('en', { sensitivity: 'accent' })

function chooseByWord(this: unknown, value: unknown, ...rest: unknown[]): string {
  const options = optionsOf(rest)
  const isOne = rest.slice(0, -1).some((word) => sameWord.compare(asText(value).trim(), asText(word).trim()) === 0)
  return isOne ? options.fn(this) : options.inverse(this)
}

function findAsset(name: string, assets: TemplateParts['assets'] = {}): string {
  const url = Object.hasOwn(assets, name) ? assets[name] : undefined
  if (url === undefined) throw new Error(`there is no asset ${JSON.stringify(name)}`)
  // Assets are inserted unescaped, also into CSS.
  if (!/^data:[a-z0-9/+.-]+;base64,[A-Za-z0-9+/]*={0,2}$/.test(url))
    throw new Error(`the asset ${name} is not a data: URL in base64`)
  return url
}

function drawBarcode(text: string, hash: Record<string, unknown>): Handlebars.SafeString | string {
  if (text === '') return ''
  const type = asText(hash.type ?? 'code128')
  if (!isBarcodeType(type))
    throw new Error(`there is no barcode ${JSON.stringify(type)}; the types are ${barcodeTypes.join(', ')}`)
  return new Handlebars.SafeString(barcodeSvg(text, { type, alt: asText(hash.alt ?? `Barcode ${text}`) }))
}

/** Returns the options, which Handlebars passes to a helper last. */
function optionsOf(rest: unknown[]): Handlebars.HelperOptions {
  const options = rest.at(-1)
  if (isOptions(options)) return options
  throw new Error('a helper was called without its arguments')
}

function isOptions(value: unknown): value is Handlebars.HelperOptions {
  return typeof value === 'object' && value !== null && 'hash' in value
}

function rootOf(rest: unknown[]): Record<string, unknown> {
  return optionsOf(rest).data?.root ?? {}
}

function placeOf(rest: unknown[]): { locale: string; timezone: string } {
  const { locale, timezone } = rootOf(rest)
  return { locale: asText(locale) || 'en', timezone: asText(timezone) || 'UTC' }
}

function styleOf(rest: unknown[], otherwise: string): string {
  return rest.length > 1 ? asText(rest[0]) : otherwise
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}
