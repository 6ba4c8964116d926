import Handlebars from 'handlebars'
import type { FieldProblem } from '../contract/errors.ts'
import { TemplateInvalidError } from '../errors.ts'
import { checkTemplate, knownHelpers } from './template-check.ts'

/** Is a template ready to fill. */
export interface TicketTemplate {
  /** Names the variables it cannot do without: those used outside any guard on themselves, but for what the service always gives. */
  required: string[]
  /** Names every variable it uses, so that a caller need not make what nobody shows (a QR image, say). */
  variables: string[]
  /**
   * Fills it: text from `variables` never becomes markup.
   * @throws TemplateInvalidError when the result is larger than `maxFilledBytes`, or filling fails
   */
  fill(variables: Record<string, unknown>): string
}

/** Limits a filled template, in bytes of UTF-8: what goes beyond would occupy the browser for seconds. */
export const maxFilledBytes = 2 * 1024 * 1024

/** Marks markup that the service itself made, a QR code's SVG, to be put into a ticket as it is. Never for text from outside. */
export function trustedMarkup(markup: string): object {
  return new Handlebars.SafeString(markup)
}

/**
 * Compiles a template's source: Handlebars with the block helpers if, unless, each and with, and no others.
 * @throws TemplateInvalidError with every problem's line and column: syntax, raw output, unknown helpers, partials, mustaches
 * where escaping cannot protect
 */
export function compileTemplate(source: string): TicketTemplate {
  const environment = Handlebars.create()
  for (const name of Object.keys(environment.helpers)) if (!isKnown(name)) environment.unregisterHelper(name)
  const program = parse(environment, source)
  const { problems, variables, required } = checkTemplate(program)
  if (problems.length > 0) throw new TemplateInvalidError(summarise(problems), problems)
  const render = environment.compile(program, { knownHelpers: allKnownHelpers, knownHelpersOnly: true })
  return { required, variables, fill: (values) => fill(render, values) }
}

const allKnownHelpers = {
  ...{ helperMissing: false, blockHelperMissing: false, log: false, lookup: false },
  ...{ if: true, unless: true, each: true, with: true },
}

function isKnown(helper: string): boolean {
  return knownHelpers.has(helper)
}

function fill(render: Handlebars.TemplateDelegate<Record<string, unknown>>, values: Record<string, unknown>): string {
  const html = render(values, { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false })
  const bytes = Buffer.byteLength(html)
  if (bytes <= maxFilledBytes) return html
  const problem = `the filled ticket has ${bytes} bytes; at most ${maxFilledBytes} are allowed`
  throw new TemplateInvalidError(`The template cannot be printed: ${problem}.`, [{ path: 'template', problem }])
}

function parse(environment: typeof Handlebars, source: string): hbs.AST.Program {
  try {
    return environment.parse(source)
  } catch (error) {
    const problem = explainSyntaxError(source, error)
    throw new TemplateInvalidError(summarise([problem]), [problem], { cause: error })
  }
}

/**
 * Finds the place and the reason in the parser's message: either `… - 3:14`, or `Parse error on line 3:`, then an excerpt
 * without its line breaks, then an arrow that points into it.
 */
function explainSyntaxError(source: string, error: unknown): FieldProblem {
  const message = error instanceof Error ? error.message : String(error)
  const place = / - (\d+):(\d+)$/.exec(message)
  if (place) return { path: `line ${place[1]}, column ${Number(place[2]) + 1}`, problem: message.slice(0, place.index) }
  const [, excerpt = '', arrow = ''] = message.split('\n')
  const shown = excerpt.replace(/^\.\.\./, '').replace(/\.\.\.$/, '')
  const offset =
    source.replaceAll('\n', '').indexOf(shown) + Math.max(0, arrow.indexOf('^') - (excerpt.startsWith('...') ? 3 : 0))
  const { line, column } = placeWithoutBreaks(source, offset)
  return { path: `line ${line}, column ${column}`, problem: `the syntax is wrong near ${JSON.stringify(shown)}` }
}

/** Finds line and column, from 1, of the character at `offset` when line breaks are not counted. */
function placeWithoutBreaks(source: string, offset: number): { line: number; column: number } {
  const lines = source.split('\n')
  let left = offset
  for (const [index, text] of lines.entries()) {
    if (left < text.length || index === lines.length - 1) return { line: index + 1, column: left + 1 }
    left -= text.length
  }
  return { line: 1, column: 1 }
}

function summarise(problems: FieldProblem[]): string {
  const [first] = problems
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return `The template is invalid: ${first?.path}: ${first?.problem}${more}.`
}
