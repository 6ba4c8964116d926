import Handlebars from 'handlebars'
import type { FieldProblem } from '../contract/errors.ts'
import { type TemplateProblem, templateLimits } from '../contract/template-check.ts'
import { templateHelpers } from '../contract/template-language.ts'
import { TemplateInvalidError } from '../errors.ts'
import { findHugePicture } from './check/assets/inline-pictures.ts'
import { guardStyles, styleHelper } from './check/css/guard-styles.ts'
import { findStyleProblem, type StylePlace } from './check/css/style-values.ts'
import { checkLanguage } from './check/handlebars/language-check.ts'
import { parseTemplate } from './check/handlebars/parse-template.ts'
import { readMarkup } from './check/source/source-markup.ts'
import { capProblems } from './check/source/template-problem.ts'
import { type FillLimits, registerHelpers, type TemplateParts } from './helpers/helpers.ts'
import { runWithin } from './helpers/time-budget.ts'
import { nameShownValues, registerShownValues, shownValueHelpers } from './name-shown-values.ts'
import { readVariableUse, type VariableUse } from './variable-use.ts'
import { writeOut } from './written-out.ts'

/** A template that is ready to fill. */
export interface TicketTemplate extends VariableUse {
  /** The variables that it uses unconditionally, except for those that the service always gives. */
  required: string[]
  /** Every variable that it uses, so that callers need not make others, such as a QR image. */
  variables: string[]
  /** Fills the template. @throws TemplateInvalidError when the result is too large, or filling fails. */
  fill(variables: Record<string, unknown>): string
}

/** Marks the service's own markup, such as a QR code, to be inserted unescaped. Never use it for other text. */
export function trustedMarkup(markup: string): object {
  return new Handlebars.SafeString(markup)
}

/**
 * Compiles a template's source as Handlebars with only the helpers of the template language. `parts` belong
 * to its version.
 * @throws TemplateInvalidError with the line and column of each problem: syntax, raw output, unknown helpers,
 * partials, and mustaches where escaping cannot protect.
 */
export function compileTemplate(source: string, parts: TemplateParts = {}): TicketTemplate {
  const environment = Handlebars.create()
  const limits = registerHelpers(environment, parts)
  for (const name of Object.keys(environment.helpers))
    if (!Object.hasOwn(templateHelpers, name)) environment.unregisterHelper(name)
  environment.registerHelper(styleHelper, checkStyleValue)
  registerShownValues(environment)
  const program = attempt(() => runWithin(compileMs, () => parseTemplate(source)))
  if ('problems' in program) throw invalid(program.problems, program.cause)
  const markup = readMarkup(source, program)
  const { problems, variables, required } = checkLanguage(program, markup, parts)
  const errors = [...problems, ...guardStyles(program, markup)].filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw invalid(errors)
  const use = readVariableUse(program)
  nameShownValues(program)
  const render = environment.compile(program, { knownHelpers: allKnownHelpers, knownHelpersOnly: true })
  // Handlebars compiles a template at its first fill.
  const compileAndRender: typeof render = (...given) => runWithin(compileMs, () => render(...given))
  const assets = Object.values(parts.assets ?? {})
  let isCompiled = false
  return {
    required,
    variables,
    ...use,
    fill: (values) => {
      const html = fill(isCompiled ? render : compileAndRender, writeOut(values, variables), { limits, assets })
      isCompiled = true
      return html
    },
  }
}

/** Checks a value in a `style` attribute or an address; the service's own values pass unchecked. */
function checkStyleValue(value: unknown, place: StylePlace, written: string): unknown {
  if (value instanceof Handlebars.SafeString || value === undefined || value === null) return value
  const problem = findStyleProblem(String(value), place)
  const where = place === 'value' || place === 'string' || place === 'url' ? 'be used in a style attribute' : 'be shown'
  if (problem) throw new Error(`the value of ${written} cannot ${where}: it ${problem}`)
  return value
}

/** Enough for a template at all size limits on a busy machine. */
const compileMs = 5_000

const allKnownHelpers = {
  ...{ helperMissing: false, blockHelperMissing: false, log: false, lookup: false },
  ...Object.fromEntries([...Object.keys(templateHelpers), styleHelper, ...shownValueHelpers].map((name) => [name, true])),
}

function fill(
  render: Handlebars.TemplateDelegate<Record<string, unknown>>,
  values: Record<string, unknown>,
  { limits, assets }: { limits: FillLimits; assets: string[] },
): string {
  limits.begin()
  const html = attempt(() => render(values, { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false }))
  const bytes = Buffer.byteLength(html)
  if (bytes > templateLimits.filledBytes)
    throw cannotFill(`the filled ticket has ${bytes} bytes; at most ${templateLimits.filledBytes} are allowed`)
  const huge = findHugePicture(html, assets)
  if (huge) throw cannotFill(`the filled ticket ${huge}`)
  return html
}

function attempt<T>(work: () => T): T {
  try {
    return work()
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
