import Handlebars from 'handlebars'
import { type TemplateProblem, templateLimits } from '../../../contract/template-check.ts'
import { templateProblem } from '../source/template-problem.ts'
import { findSyntaxFaults, tryToParse } from './syntax-faults.ts'

/** The reasons why a source cannot be parsed. `repaired` is the source without its faults, to check the rest. */
export interface Unparsed {
  problems: TemplateProblem[]
  cause: unknown
  repaired?: { source: string; program: hbs.AST.Program }
}

/**
 * Parses a template's source, or explains where and why that fails. Rejects sources that would take Handlebars
 * seconds. Replaces Unicode's line and paragraph separators by spaces, since Handlebars miscounts columns after
 * them.
 */
export function parseTemplate(source: string): hbs.AST.Program | Unparsed {
  const problem = checkSize(source)
  if (problem) return { problems: [problem], cause: undefined }
  const plain = source.replace(/[\u2028\u2029]/g, ' ')
  try {
    return Handlebars.parse(plain)
  } catch (cause) {
    const { problems, repaired } = findSyntaxFaults(plain)
    if (problems.length === 0) return { problems: [explainSyntaxError(cause)], cause }
    const program = checkSize(repaired) ? undefined : tryToParse(repaired)
    return { problems, cause, ...(program ? { repaired: { source: repaired, program } } : {}) }
  }
}

function explainSyntaxError(error: unknown): TemplateProblem {
  const [line = '1'] = /(?<= on line | - )\d+/.exec(error instanceof Error ? error.message : '') ?? []
  return templateProblem('SYNTAX', { line: Number(line), column: 1 }, ['the syntax is wrong in this line or an earlier one'])
}

/** Checks whether a node of a parsed template is a path, such as `guest.name`. */
export function isPath(node: hbs.AST.Node | undefined): node is hbs.AST.PathExpression {
  return node?.type === 'PathExpression'
}

/** Makes a helper call, for a mustache or an expression. */
export function helperCall(helper: string, params: hbs.AST.Expression[], loc: hbs.AST.SourceLocation) {
  const path = { type: 'PathExpression', data: false, depth: 0, parts: [helper], original: helper, loc } as const
  return { path, params }
}

/** Makes a string literal in a parsed template. */
export function literal(text: string, loc: hbs.AST.SourceLocation): hbs.AST.StringLiteral {
  return { type: 'StringLiteral', value: text, original: text, loc }
}

/**
 * Checks the number, size and nesting of a template's mustaches in one pass without parsing: Handlebars'
 * parser takes minutes for sources that this rejects in milliseconds.
 * @returns The first problem, or undefined if Handlebars may parse the source.
 */
export function checkSize(source: string): TemplateProblem | undefined {
  const counts = new MustacheCounts()
  for (let at = source.indexOf('{{'); at >= 0; ) {
    const isComment = /^\{\{~?!/.test(source.slice(at, at + 4))
    const isLong = isComment && /^\{\{~?!--/.test(source.slice(at, at + 6))
    const end = source.indexOf(isLong ? '--}}' : '}}', at + 2)
    const excess = counts.add(isComment ? '' : source.slice(at + 2, end < 0 ? undefined : end))
    if (excess) return templateProblem('TOO_COMPLEX', placeAt(source, at), [excess, 'use fewer mustaches, or simpler ones'])
    // The parser rejects a mustache without an end.
    if (end < 0) return undefined
    at = source.indexOf('{{', end)
  }
  return undefined
}

const opening = /^[{~]*(?:([#^])(?=[~\s]*[^~\s])|(\/)|else\b[~\s]*([^~\s]?))/

class MustacheCounts {
  #mustaches = 0
  #words = 0
  #depth = 0
  /** The levels of each open block: each `{{else if}}` nests one more in its block. */
  readonly #open: number[] = []

  /** Counts a mustache by the text between its braces. Returns the exceeded limit, if any. */
  add(inside: string): string | undefined {
    this.#mustaches++
    const [, begins, ends, chained] = opening.exec(inside) ?? []
    if (ends) this.#depth -= this.#open.pop() ?? 0
    else if (begins || chained) {
      this.#open.push(begins ? 1 : (this.#open.pop() ?? 0) + 1)
      this.#depth++
    }
    const words = inside.split(/[\s.=/(|]+/, templateLimits.words + 1)
    this.#words += words.length
    const nested = inside.split('(', templateLimits.nesting + 2).length - 1
    if (this.#mustaches > templateLimits.mustaches) return `has more than ${templateLimits.mustaches} mustaches`
    if (this.#words > templateLimits.words) return `has more than ${templateLimits.words} words in its mustaches`
    if (this.#depth > templateLimits.nesting || nested > templateLimits.nesting)
      return `nests blocks or {{else if}} more than ${templateLimits.nesting} deep`
    return undefined
  }
}

function placeAt(source: string, offset: number): { line: number; column: number } {
  const lines = source.slice(0, offset).split('\n')
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}
