import Handlebars from 'handlebars'
import { type TemplateProblem, templateLimits } from '../../../contract/template-check.ts'
import { short } from '../source/addresses.ts'
import { SourcePlaces } from '../source/source-places.ts'
import { templateProblem } from '../source/template-problem.ts'

/**
 * Finds each syntax error of a source at the mustache that causes it; Handlebars' parser stops at the first, often
 * lines after it. `repaired` is the source with spaces in place of the faulty mustaches, so that everything else
 * can be checked at its place.
 */
export function findSyntaxFaults(source: string): { problems: TemplateProblem[]; repaired: string } {
  const finder = new FaultFinder(source)
  for (const mustache of readMustaches(source)) finder.add(mustache)
  return finder.end()
}

/** A mustache: `text` at the offset `at`. `name` is that of the block that it opens or closes. */
interface Mustache {
  at: number
  text: string
  kind: 'open' | 'close' | 'else' | 'comment' | 'other' | 'endless'
  name: string
}

/** An open block: the mustaches that open it and separate its branches. */
interface Block {
  name: string
  parts: [open: Mustache, ...branches: Mustache[]]
  isBad: boolean
}

const comment = /\{\{~?!(?:--[\s\S]*?--~?\}\}|(?!--)[\s\S]*?\}\})/y
const mustache = /\{\{\{?(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[^{}"'])*\}?\}\}/y
/** The probable extent of a mustache without a proper end. */
const rest = /\{\{+[^{}<\r\n]*\}*/y
const opening = /^\{\{~?\s*(?:#[>*\s]*|\^\s*(?=[^\s}~]))([^\s}~(|]*)/
const closing = /^\{\{~?\s*\/\s*([^\s}~]*)/
const inverse = /^\{\{~?\s*(?:\^\s*~?\}\}|else\b)/

function* readMustaches(source: string): Generator<Mustache> {
  const lastEnd = { short: source.lastIndexOf('}}'), long: Math.max(source.lastIndexOf('--}}'), source.lastIndexOf('--~}}')) }
  let at = source.indexOf('{{')
  for (let count = 0; at >= 0 && count < templateLimits.mustaches; count++) {
    // A backslash escapes a mustache, and two are an escaped backslash.
    const isText = source[at - 1] === '\\' && source[at - 2] !== '\\'
    // Searching an end for each of many unclosed comments would take quadratic time.
    const isLong = /^\{\{~?!--/.test(source.slice(at, at + 6))
    const noted = at < (isLong ? lastEnd.long : lastEnd.short) ? matchAt(comment, source, at) : undefined
    const text = noted ?? matchAt(mustache, source, at) ?? matchAt(rest, source, at) ?? ''
    if (!isText) yield { at, text, ...(noted === undefined ? describe(text) : { kind: 'comment', name: '' }) }
    at = source.indexOf('{{', at + text.length)
  }
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0]
}

function describe(text: string): Pick<Mustache, 'kind' | 'name'> {
  if (!text.endsWith('}}')) return { kind: 'endless', name: '' }
  const [, closed] = closing.exec(text) ?? []
  if (closed !== undefined) return { kind: 'close', name: closed }
  if (inverse.test(text)) return { kind: 'else', name: '' }
  const [, opened] = opening.exec(text) ?? []
  return opened === undefined ? { kind: 'other', name: '' } : { kind: 'open', name: opened }
}

class FaultFinder {
  readonly #source: string
  readonly #places: SourcePlaces
  readonly #problems: TemplateProblem[] = []
  readonly #blanked: Mustache[] = []
  readonly #open: Block[] = []

  constructor(source: string) {
    this.#source = source
    this.#places = new SourcePlaces(source)
  }

  add(mustache: Mustache): void {
    const { kind, text } = mustache
    if (kind === 'endless') return void this.#report(mustache, ['this mustache does not end', 'close it with }}'])
    const isBad = this.#problems.length < templateLimits.problems && !isReadable(mustache)
    if (isBad) this.#report(mustache, [`the syntax of ${short(text)} is wrong`])
    if (kind === 'open') this.#open.push({ parts: [mustache], name: mustache.name, isBad })
    else if (kind === 'close') this.#close(mustache, isBad)
    else if (kind === 'else' && !isBad) this.#addBranch(mustache)
  }

  end() {
    this.#dropFrom(0)
    const pieces: string[] = []
    let end = 0
    for (const { at, text } of this.#blanked.sort((one, other) => one.at - other.at)) {
      if (at < end) continue
      pieces.push(this.#source.slice(end, at), text.replace(/[^\r\n]/g, ' '))
      end = at + text.length
    }
    return { problems: this.#problems, repaired: pieces.join('') + this.#source.slice(end) }
  }

  #addBranch(mustache: Mustache): void {
    const block = this.#open.at(-1)
    if (!block) return void this.#report(mustache, ['{{else}} is outside any block'])
    const isEnded = block.parts.some(({ text }) => /^\{\{~?\s*(?:\^|else)\s*~?\}\}/.test(text))
    if (isEnded) return void this.#report(mustache, [`${short(block.parts[0].text)} already has an {{else}}`])
    block.parts.push(mustache)
  }

  #close(mustache: Mustache, isBad: boolean): void {
    const at = this.#findOpen(mustache)
    if (at < 0) {
      if (!isBad) this.#report(mustache, [`${short(mustache.text)} closes no open block`, 'remove it, or open its block'])
      return
    }
    this.#dropFrom(at + 1)
    const block = this.#open.pop()
    if (block && (block.isBad || isBad)) this.#blanked.push(...block.parts, mustache)
  }

  /** Finds the closed block: the innermost of the name, unless only an outer one has the same indentation. */
  #findOpen(mustache: Mustache): number {
    const findLast = (isMeant: (open: Mustache) => boolean) =>
      this.#open.findLastIndex(({ name, parts: [open] }) => name === mustache.name && isMeant(open))
    const innermost = findLast(() => true)
    const indent = this.#indentOf(mustache)
    const block = this.#open[innermost]
    if (indent < 0 || !block || this.#indentOf(block.parts[0]) <= indent) return innermost
    const alike = findLast((open) => this.#indentOf(open) === indent)
    return alike < 0 ? innermost : alike
  }

  /** Measures the indentation of a mustache that begins its line; -1 for any other. */
  #indentOf({ at }: Mustache): number {
    const before = this.#source.slice(Math.max(this.#source.lastIndexOf('\n', at), 0), at).replace(/^\n/, '')
    return before.trim() === '' ? before.length : -1
  }

  #dropFrom(depth: number): void {
    for (const { name, parts, isBad } of this.#open.splice(depth)) {
      if (!isBad) this.#report(parts[0], [`${short(parts[0].text)} is never closed`, `add {{/${short(name)}}} where it ends`])
      this.#blanked.push(...parts)
    }
  }

  #report(mustache: Mustache, what: [message: string, advice?: string]): void {
    this.#blanked.push(mustache)
    this.#problems.push(templateProblem('SYNTAX', this.#places.placeAt(mustache.at), what))
  }
}

/** Longer mustaches are not parsed: if one before them has no end, they are not counted, and may take minutes. */
const longestParsed = 2_000

/** Checks whether Handlebars can parse a mustache alone, or in a block if it needs one. */
function isReadable({ kind, text, name }: Mustache): boolean {
  if (text.length > longestParsed) return true
  const before = kind === 'close' ? `{{#${name} a}}` : kind === 'else' ? '{{#if a}}' : ''
  const after = kind === 'open' ? `{{/${name}}}` : kind === 'else' ? '{{/if}}' : ''
  return tryToParse(before + text + after) !== undefined
}

/** Parses a source; undefined if its syntax is wrong. */
export function tryToParse(source: string): hbs.AST.Program | undefined {
  try {
    return Handlebars.parse(source)
  } catch {
    return undefined
  }
}
