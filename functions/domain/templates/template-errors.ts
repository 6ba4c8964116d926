import type { TemplateProblem } from '../../contract/template-check.ts'
import { TicketGenerationError } from '../../errors.ts'

/** Says that a template is archived and takes neither new tickets nor new versions. */
export class TemplateArchivedError extends TicketGenerationError {
  constructor(templateId: number) {
    super(
      `Template ${templateId} is archived. Take it back with POST /api/templates/${templateId}/archive and { "undo": true }.`,
      'TEMPLATE_ARCHIVED',
    )
  }
}

/** Says that a template comes with the service, so that no version of it can be added. */
export class TemplateBuiltInError extends TicketGenerationError {
  constructor(templateId: number) {
    super(`Template ${templateId} comes with the service. Add one of your own with POST /api/templates.`, 'TEMPLATE_BUILT_IN')
  }
}

/** Says that a template has errors; `details` lists them with their lines and columns, but for so many that are left out. */
export class TemplateRefusedError extends TicketGenerationError {
  constructor(errors: TemplateProblem[], leftOut = 0) {
    const details = errors.map((error) => ({
      path: placeOf(error),
      problem: [error.message, error.advice].filter(Boolean).join('; '),
    }))
    const total = details.length + leftOut
    const count = total === 1 ? 'an error' : `${total} errors`
    const first = leftOut > 0 ? ` for the first ${details.length}` : ''
    super(`The template has ${count}; see details${first}.`, 'TEMPLATE_INVALID', details)
  }
}

function placeOf({ line, column, guest }: TemplateProblem): string {
  if (line !== undefined) return `line ${line}, column ${column ?? 1}`
  return guest === undefined ? 'source' : `trial print for ${guest}`
}
