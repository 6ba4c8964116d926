import type { TemplateProblem, TemplateProblemCode } from '../contract/template-check.ts'
import type { SourceAttribute, SourceMarkup, SourceTag } from './source-markup.ts'
import { isCarried, short } from './style-check.ts'
import { templateProblem } from './template-problem.ts'

/** Tells what in a template's tags never runs, is never loaded, or says nothing to those who cannot see. */
export function checkTags({ tags, placeAt }: SourceMarkup): TemplateProblem[] {
  const report = ([code, offset, message, advice]: Finding): TemplateProblem =>
    templateProblem(code, placeAt(offset), advice ? [message, advice] : [message])
  return tags.flatMap((tag) =>
    [...checkElement(tag), ...tag.attributes.flatMap((each) => checkAttribute(tag, each)), ...checkAltText(tag)].map(report),
  )
}

/** Tells what the document as a whole does without: title and language. */
export function checkDocument({ tags }: SourceMarkup): TemplateProblem[] {
  const problems: TemplateProblem[] = []
  if (!tags.some(({ name, content }) => name === 'title' && content?.text.trim()))
    problems.push(templateProblem('NO_TITLE', {}, ['has no title', 'add <title>{{eventName}}</title> to the head']))
  if (!tags.some(({ attributes }) => attributes.some(({ name }) => name === 'lang')))
    problems.push(templateProblem('NO_LANGUAGE', {}, ['does not say its language', 'write <html lang="{{locale}}">']))
  return problems
}

type Finding = [code: TemplateProblemCode, offset: number, message: string, advice?: string]

const loadsDocuments = new Set(['iframe', 'frame', 'frameset', 'object', 'embed', 'applet', 'portal'])
const moves = new Set(['animate', 'animatetransform', 'animatemotion', 'set', 'marquee', 'blink'])
const sources = new Set(['src', 'srcset', 'poster', 'background', 'data', 'imagesrcset'])
const largeDataUrl = 100_000

function checkElement({ name, attributes, offset }: SourceTag): Finding[] {
  const attributeOf = (wanted: string): string => attributes.find((each) => each.name === wanted)?.bare ?? ''
  if (name === 'script')
    return [['SCRIPT', offset, 'is a script; scripts never run in a ticket', 'take it out; helpers and CSS can do most of it']]
  if (loadsDocuments.has(name))
    return [['SCRIPT', offset, `<${name}> loads another document, which is never done`, 'put its content into the template']]
  if (name === 'meta' && /^refresh$/i.test(attributeOf('http-equiv')))
    return [['SCRIPT', offset, 'leads to another page, which is never done', 'take it out']]
  if (name === 'base')
    return [['EXTERNAL_RESOURCE', offset, '<base> makes everything be loaded from elsewhere, which is never done', 'take it out']]
  if (name === 'link')
    return [
      [
        'EXTERNAL_RESOURCE',
        offset,
        `<link> loads ${short(attributeOf('href'))}, which is never done`,
        'put style sheets into <style>, upload fonts as assets',
      ],
    ]
  if (moves.has(name)) return [['ANIMATION', offset, `<${name}> does not move on paper`, 'print it as it shall stand']]
  return []
}

function checkAttribute(tag: SourceTag, { name, bare, offset }: SourceAttribute): Finding[] {
  if (/^on[a-z]+$/.test(name)) return [['EVENT_HANDLER', offset, `${name} never runs in a ticket`, 'take it out']]
  const isLink = name === 'href' || name === 'xlink:href' || name === 'action' || name === 'formaction'
  const address = bare.replace(/[\s\p{Cc}]|&(tab|newline);/giu, '')
  if ((isLink || sources.has(name)) && /^(javascript|vbscript):/i.test(address.replace(/&#(?:x0*6a|0*106);?/gi, 'j')))
    return [['SCRIPT_LINK', offset, `${name} runs a script, which never happens`, 'link to an https: address']]
  if (bare.length > largeDataUrl && sources.has(name))
    return [
      [
        'LARGE_RESOURCE',
        offset,
        `carries ${Math.round(bare.length / 1000)} KB in ${name}`,
        'use a smaller picture: 300 dots an inch of its printed size',
      ],
    ]
  const isLoaded = sources.has(name) || (isLink && ['image', 'use', 'feimage'].includes(tag.name))
  if (!isLoaded || tag.name === 'link' || loadsDocuments.has(tag.name) || tag.name === 'script') return []
  return candidates(name, bare).flatMap((url): Finding[] =>
    isCarried(url)
      ? []
      : [
          [
            'EXTERNAL_RESOURCE',
            offset,
            `${name} loads ${short(url)}, which is never done`,
            'upload it as an asset and write {{asset "…"}}',
          ],
        ],
  )
}

function candidates(name: string, value: string): string[] {
  if (!name.endsWith('srcset')) return [value.trim()]
  if (/^\s*data:/i.test(value)) return []
  return value.split(',').map((each) => each.trim().split(/\s+/)[0] ?? '')
}

function checkAltText({ name, attributes, offset, content }: SourceTag): Finding[] {
  const attributeOf = (wanted: string): string | undefined => attributes.find((each) => each.name === wanted)?.value
  const isNamed = Boolean(attributeOf('aria-label') ?? attributeOf('aria-labelledby') ?? attributeOf('title'))
  if (name === 'img' && !isNamed) {
    const alt = attributeOf('alt')
    if (alt === undefined)
      return [['NO_ALT_TEXT', offset, 'is an image without a description', 'write alt="…", or alt="" for mere decoration']]
    if (alt === '' && attributeOf('src')?.includes('qrCodeUrl'))
      return [['NO_ALT_TEXT', offset, 'is the QR code, and no decoration', 'write alt="QR code"']]
  }
  const isHidden = attributeOf('aria-hidden') === 'true' || /^(none|presentation)$/.test(attributeOf('role') ?? '')
  if (name === 'svg' && !isNamed && !isHidden && !/<title\b/i.test(content?.text ?? ''))
    return [
      [
        'NO_ALT_TEXT',
        offset,
        'is a drawing without a description',
        'write role="img" aria-label="…", or aria-hidden="true" for mere decoration',
      ],
    ]
  return []
}
