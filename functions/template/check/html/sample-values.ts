import Handlebars from 'handlebars'
import { givenByService } from '../handlebars/block-scope.ts'
import { isPath } from '../handlebars/parse-template.ts'
import { isCarried } from '../source/addresses.ts'
import { blot } from '../source/blot-mustaches.ts'
import type { SourceMarkup } from '../source/source-markup.ts'
import { PlacedText } from '../source/source-places.ts'

/** The outputs of mustaches for a template's sample, by their offsets. */
export class SampleValues {
  readonly #values: ReadonlyMap<number, string>

  /** Resolves each mustache that shows a variable; variables that the service gives override the sample's. */
  constructor(program: hbs.AST.Program, sample: Readonly<Record<string, unknown>>, markup: Pick<SourceMarkup, 'offsetOf'>) {
    const own = Object.fromEntries(Object.entries(sample).filter(([name]) => !givenByService.has(name)))
    const reader = new SampleReader(own, markup)
    if (Object.keys(own).length > 0) reader.accept(program)
    this.#values = reader.values
  }

  /** Replaces the placeholders of mustaches by the sample's values; those without a value remain. */
  fill(bare: PlacedText): PlacedText {
    const { text } = bare
    if (this.#values.size === 0 || !text.includes(blot)) return bare
    const filled = new PlacedText()
    for (const { 0: piece, index } of text.matchAll(pieces)) {
      const offset = bare.offsetOf(index)
      filled.add(piece.startsWith(blot) ? (this.#values.get(offset) ?? piece) : piece, offset)
    }
    return filled
  }
}

const pieces = new RegExp(`${blot}+|[^${blot}]+`, 'g')
/** The number of entries of a list that are read. */
const mostValues = 20

class SampleReader extends Handlebars.Visitor {
  readonly values = new Map<number, string>()
  readonly #markup: Pick<SourceMarkup, 'offsetOf'>
  /** The values of `this` in each block around, outermost first. */
  readonly #contexts: unknown[][]
  readonly #blockParams = new Map<string, unknown[]>()

  constructor(sample: Readonly<Record<string, unknown>>, markup: Pick<SourceMarkup, 'offsetOf'>) {
    super()
    this.#markup = markup
    this.#contexts = [[sample]]
  }

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    const helper = isPath(mustache.path) ? mustache.path.original : ''
    const shown = helper === 'upper' || helper === 'lower' ? mustache.params[0] : mustache.path
    const texts = this.#resolve(shown).filter((value) => typeof value === 'string')
    const text = texts.find((each) => !isCarried(each)) ?? texts[0]
    if (text !== undefined) this.values.set(this.#markup.offsetOf(mustache.loc.start), text)
  }

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    const name = block.path.original
    if (name === 'each' || name === 'with') this.#enter(block, name)
    else super.BlockStatement(block)
  }

  #enter(block: hbs.AST.BlockStatement, name: 'each' | 'with'): void {
    const subject = this.#resolve(block.params[0])
    const inside = name === 'each' ? subject.flatMap(itemsOf).slice(0, mostValues) : subject
    const [param] = block.program?.blockParams ?? []
    const outer = param === undefined ? undefined : this.#blockParams.get(param)
    if (param !== undefined) this.#blockParams.set(param, inside)
    this.#contexts.push(inside)
    if (block.program) this.accept(block.program)
    this.#contexts.pop()
    if (param !== undefined) this.#blockParams.set(param, outer ?? [])
    if (block.inverse) this.accept(block.inverse)
  }

  #resolve(node: hbs.AST.Node | undefined): unknown[] {
    if (!isPath(node)) return []
    const [first = '', ...rest] = node.parts
    if (node.data) return first === 'root' ? dig(this.#contexts[0] ?? [], rest) : []
    const param = node.depth === 0 ? this.#blockParams.get(first) : undefined
    return param && param.length > 0 ? dig(param, rest) : dig(this.#contexts.at(-1 - node.depth) ?? [], node.parts)
  }
}

function dig(values: unknown[], names: string[]): unknown[] {
  return names.reduce((found, name) => found.flatMap((value) => partOf(value, name)), values)
}

function partOf(value: unknown, name: string): unknown[] {
  return isObject(value) && Object.hasOwn(value, name) ? [value[name]] : []
}

function itemsOf(value: unknown): unknown[] {
  return isObject(value) ? Object.values(value).slice(0, mostValues) : []
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
