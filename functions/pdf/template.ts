import Handlebars from 'handlebars'
import type { FieldProblem } from '../contract/errors.ts'
import { type TemplateProblem, templateLimits } from '../contract/template-check.ts'
import { templateHelpers } from '../contract/template-language.ts'
import { TemplateInvalidError } from '../errors.ts'
import { capProblems } from './cap-problems.ts'
import { checkLanguage } from './language-check.ts'
import { parseTemplate } from './parse-template.ts'
import { readMarkup } from './source-markup.ts'
import { type FillBudget, registerHelpers, type TemplateParts } from './template-helpers.ts'

/** Is a template ready to fill. */
export interface TicketTemplate {
  /** Names the variables it cannot do without: those used outside any guard on themselves, but for what the service always gives. */
  required: string[]
  /** Names every variable it uses, so that a caller need not make what nobody shows (a QR image, say). */
  variables: string[]
  /**
   * Fills it: text from `variables` never becomes markup.
   * @throws TemplateInvalidError when the result is larger than `templateLimits.filledBytes`, or filling fails
   */
  fill(variables: Record<string, unknown>): string
}

/** Marks markup that the service itself made, a QR code's SVG, to be put into a ticket as it is. Never for text from outside. */
export function trustedMarkup(markup: string): object {
  return new Handlebars.SafeString(markup)
}

/**
 * Compiles a template's source: Handlebars with the helpers of the template language, and no others. `parts` come with its version.
 * @throws TemplateInvalidError with every problem's line and column: syntax, raw output, unknown helpers, partials, mustaches
 * where escaping cannot protect
 */
export function compileTemplate(source: string, parts: TemplateParts = {}): TicketTemplate {
  const environment = Handlebars.create()
  const budget = registerHelpers(environment, parts)
  for (const name of Object.keys(environment.helpers))
    if (!Object.hasOwn(templateHelpers, name)) environment.unregisterHelper(name)
  const program = parseTemplate(source)
  if ('problem' in program) throw invalid([program.problem], program.cause)
  const { problems, variables, required } = checkLanguage(program, readMarkup(source, program), parts)
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw invalid(errors)
  const render = environment.compile(program, { knownHelpers: allKnownHelpers, knownHelpersOnly: true })
  return { required, variables, fill: (values) => fill(render, values, budget) }
}

const allKnownHelpers = {
  ...{ helperMissing: false, blockHelperMissing: false, log: false, lookup: false },
  ...Object.fromEntries(Object.keys(templateHelpers).map((name) => [name, true])),
}

function fill(
  render: Handlebars.TemplateDelegate<Record<string, unknown>>,
  values: Record<string, unknown>,
  budget: FillBudget,
): string {
  budget.begin()
  const html = attempt(() => render(values, { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false }))
  const bytes = Buffer.byteLength(html)
  if (bytes <= templateLimits.filledBytes) return html
  throw cannotFill(`the filled ticket has ${bytes} bytes; at most ${templateLimits.filledBytes} are allowed`)
}

function attempt(render: () => string): string {
  try {
    return render()
  } catch (error) {
    throw cannotFill(error instanceof Error ? error.message : String(error), error)
  }
}

function cannotFill(problem: string, cause?: unknown): TemplateInvalidError {
  return new TemplateInvalidError(`The template cannot be printed: ${problem}.`, [{ path: 'template', problem }], { cause })
}

function invalid(found: TemplateProblem[], cause?: unknown): TemplateInvalidError {
  const { problems } = capProblems(found)
  const details = problems.map(
    ({ line, column, message, advice }): FieldProblem => ({
      path: `line ${line}, column ${column}`,
      problem: advice ? `${message}; ${advice}` : message,
    }),
  )
  const more = found.length > 1 ? ` (and ${found.length - 1} more)` : ''
  return new TemplateInvalidError(`The template is invalid: ${details[0]?.path}: ${details[0]?.problem}${more}.`, details, {
    cause,
  })
}
