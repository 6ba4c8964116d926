import Handlebars from 'handlebars'
import type { TemplateProblem } from '../../../contract/template-check.ts'
import { type SourcePlace, templateProblem } from '../source/template-problem.ts'
import { checkSize } from './template-size.ts'

/**
 * Parses a template's source, or explains where and why it cannot. Does not parse sources that would take
 * Handlebars seconds. Replaces Unicode's line and paragraph separators by spaces, since Handlebars miscounts
 * columns after them.
 */
export function parseTemplate(source: string): hbs.AST.Program | { problem: TemplateProblem; cause: unknown } {
  const problem = checkSize(source)
  if (problem) return { problem, cause: undefined }
  try {
    return Handlebars.parse(source.replace(/[\u2028\u2029]/g, ' '))
  } catch (cause) {
    return { problem: explainSyntaxError(source, cause), cause }
  }
}

/**
 * Reads place and reason from the parser's message: either `… - 3:14`, or `Parse error on line 3:`, an
 * excerpt without line breaks, and an arrow that points into it.
 */
function explainSyntaxError(source: string, error: unknown): TemplateProblem {
  const message = error instanceof Error ? error.message : String(error)
  const place = / - (\d+):(\d+)$/.exec(message)
  if (place)
    return templateProblem('SYNTAX', { line: Number(place[1]), column: Number(place[2]) + 1 }, [message.slice(0, place.index)])
  const [, excerpt = '', arrow = ''] = message.split('\n')
  const shown = excerpt.replace(/^\.\.\./, '').replace(/\.\.\.$/, '')
  const offset =
    source.replaceAll('\n', '').indexOf(shown) + Math.max(0, arrow.indexOf('^') - (excerpt.startsWith('...') ? 3 : 0))
  return templateProblem('SYNTAX', placeWithoutBreaks(source, offset), [`the syntax is wrong near ${JSON.stringify(shown)}`])
}

/** Converts an offset that does not count line breaks to line and column. */
function placeWithoutBreaks(source: string, offset: number): SourcePlace {
  const lines = source.split('\n')
  let left = offset
  for (const [index, text] of lines.entries()) {
    if (left < text.length || index === lines.length - 1) return { line: index + 1, column: left + 1 }
    left -= text.length
  }
  return { line: 1, column: 1 }
}
