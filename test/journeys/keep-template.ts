import { templateRequest } from '../../functions/contract/schemas/templates.ts'
import type { Sql } from '../../functions/database/client.ts'
import { nextTemplateId } from '../../functions/database/templates.ts'
import { checkContent } from '../../functions/domain/templates/check-content.ts'
import { write } from '../../functions/domain/templates/store-template.ts'
import { readDraft } from '../../functions/domain/templates/template-content.ts'

/**
 * Writes down a version of a template, a new one's first where no id is given, as those of the built-in ones are: without the trial, which takes
 * a second or two, for tests of what comes after it. Answers its id.
 */
export async function keepTemplate(sql: Sql, body: object, templateId?: number): Promise<number> {
  const content = await readDraft(sql, templateRequest.parse(body))
  const { problems, required } = checkContent(content)
  const id = templateId ?? (await nextTemplateId(sql))
  await sql.begin((transaction) => write(transaction, { id, required_variables: required, problems, trial: null }, content))
  return id
}
