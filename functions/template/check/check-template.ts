import { type TemplateCheck, type TemplateProblem, templateLimits } from '../../contract/template-check.ts'
import type { TemplateParts } from '../helpers/helpers.ts'
import { guardStyles } from './css/guard-styles.ts'
import { checkPageSize } from './css/page-size.ts'
import { checkStyles, placeStyle } from './css/style-check.ts'
import { checkLanguage, type LanguageFindings } from './handlebars/language-check.ts'
import { parseTemplate } from './handlebars/parse-template.ts'
import { checkDocument, checkTags } from './html/markup-check.ts'
import { SampleValues } from './html/sample-values.ts'
import { readMarkup, type SourceMarkup } from './source/source-markup.ts'
import { capProblems, templateProblem } from './source/template-problem.ts'

/** The parts of a source to check, and its sample data. */
export type CheckedParts = TemplateParts & { sample?: Readonly<Record<string, unknown>> }

/**
 * Checks a template's source without printing it. Each problem has its place, a message and advice. They are in the
 * order of the source, those without a place last. The errors include everything that compiling rejects.
 */
export function checkTemplate(source: string, parts: CheckedParts = {}): TemplateCheck {
  const bytes = Buffer.byteLength(source)
  if (bytes > templateLimits.sourceBytes) {
    const message = `has ${bytes} bytes; at most ${templateLimits.sourceBytes} are allowed`
    return refuse(templateProblem('SOURCE_TOO_LARGE', {}, [message, 'upload images and fonts as assets']))
  }
  const parsed = parseTemplate(source)
  if (!('problems' in parsed)) return checkProgram(source, parsed, parts)
  const { problems, repaired } = parsed
  if (!repaired) return refuse(...problems)
  const { problems: others } = checkProgram(repaired.source, repaired.program, parts)
  // A part that seems to be missing may be where the syntax is wrong.
  return refuse(...problems, ...others.filter(({ line }) => line !== undefined))
}

function checkProgram(source: string, program: hbs.AST.Program, parts: CheckedParts): TemplateCheck {
  const markup = readMarkup(source, program)
  const samples = new SampleValues(program, parts.sample ?? {}, markup)
  const language = checkLanguage(program, markup, parts)
  const problems = [
    ...language.problems,
    ...guardStyles(program, markup),
    ...checkTags(markup, samples),
    ...checkAllStyles(markup, samples),
    ...checkDocument(markup),
    ...checkCodes(language),
    ...checkAssets(parts),
  ]
  return { ...capProblems(problems), variables: language.variables, required: language.required }
}

const largeAssetBytes = 300_000

function refuse(...problems: TemplateProblem[]): TemplateCheck {
  return { ...capProblems(problems), variables: [], required: [] }
}

function checkAllStyles(markup: SourceMarkup, samples: SampleValues): TemplateProblem[] {
  const sheets = markup.tags.flatMap(({ name, content }) => (name === 'style' && content ? [placeStyle(content)] : []))
  const inline = markup.tags.flatMap(({ attributes }) =>
    attributes.flatMap(({ name, bare }) => (name === 'style' ? [placeStyle(samples.fill(bare))] : [])),
  )
  return [...checkStyles([...sheets, ...inline], markup), ...checkPageSize(sheets, markup)]
}

function checkCodes({ variables, shown, usesBarcode }: LanguageFindings): TemplateProblem[] {
  const advice = 'add {{qrCode}}, or <img src="{{qrCodeUrl}}" alt="QR code">'
  const unscannable = templateProblem('NO_SCANNABLE_CODE', {}, ['has no code to scan', advice])
  const message = 'does not show the ticket’s code, which is typed where scanning fails'
  const untypable = templateProblem('NO_TICKET_CODE', {}, [message, 'add {{ticketCode}}'])
  const isScannable = usesBarcode || variables.includes('qrCode') || variables.includes('qrCodeUrl')
  return [...(isScannable ? [] : [unscannable]), ...(shown.includes('ticketCode') ? [] : [untypable])]
}

function checkAssets({ assets = {} }: TemplateParts): TemplateProblem[] {
  return Object.entries(assets).flatMap(([name, url]) => {
    const bytes = Math.round((url.length * 3) / 4)
    if (bytes <= largeAssetBytes) return []
    const message = `the asset ${name} has ${Math.round(bytes / 1000)} KB, which every ticket carries`
    return [templateProblem('LARGE_RESOURCE', {}, [message, 'use a smaller picture, or a font cut down to the letters it needs'])]
  })
}
