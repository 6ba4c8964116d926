import type { TemplateProblem, TemplateProblemCode } from '../../../contract/template-check.ts'
import { findActingIn } from '../assets/drawing-check.ts'
import { checkValue } from '../css/style-check.ts'
import { addressesIn, candidatesIn, isCarried, short } from '../source/addresses.ts'
import {
  isDataBlock,
  isEventHandler,
  isNeverShown,
  isPainted,
  isSource,
  loadedBy,
  loadsLink,
  runsScript,
} from '../source/loading-attributes.ts'
import type { SourceMarkup } from '../source/source-markup.ts'
import type { SourceAttribute, SourceTag } from '../source/source-tag.ts'
import { readValue } from '../source/style-rules.ts'
import { templateProblem } from '../source/template-problem.ts'
import type { SampleValues } from './sample-values.ts'

/** A problem in markup, by its offset in the source. */
type MarkupFinding = [code: TemplateProblemCode, offset: number, message: string, advice?: string]

/** Checks a template's tags for scripts, external files and missing descriptions. */
export function checkTags({ tags, styleInstructions, placeAt }: SourceMarkup, samples: SampleValues): TemplateProblem[] {
  const findings = [
    ...tags.flatMap((tag) => [
      ...checkElement(tag),
      ...tag.attributes.flatMap((each) => checkAttribute(tag, each, samples)),
      ...checkAltText(tag),
    ]),
    ...styleInstructions.map((offset): MarkupFinding => {
      const message = '<?xml-stylesheet> loads a style sheet; a ticket loads no files'
      return ['EXTERNAL_RESOURCE', offset, message, 'put its rules into <style>']
    }),
  ]
  return findings.map(([code, offset, ...what]) => templateProblem(code, placeAt(offset), what))
}

/** Checks that the document has a title and a language. */
export function checkDocument({ tags }: SourceMarkup): TemplateProblem[] {
  const problems: TemplateProblem[] = []
  if (!tags.some(({ name, content }) => name === 'title' && content?.text.trim()))
    problems.push(templateProblem('NO_TITLE', {}, ['has no title', 'add <title>{{eventName}}</title> to the head']))
  if (!tags.some(({ attributes }) => attributes.some(({ name }) => name === 'lang')))
    problems.push(templateProblem('NO_LANGUAGE', {}, ['does not declare its language', 'write <html lang="{{locale}}">']))
  return problems
}

const loadsDocuments = new Set(['iframe', 'frame', 'frameset', 'object', 'embed', 'applet', 'portal'])
const moves = new Set(['animate', 'animatetransform', 'animatemotion', 'set', 'marquee', 'blink'])
const largeDataUrl = 100_000

function checkElement(tag: SourceTag): MarkupFinding[] {
  const { name, offset } = tag
  const textOf = (wanted: string): string => tag.named.get(wanted)?.bare.text.trim() ?? ''
  if (name === 'script' && !isDataBlock(tag))
    return [['SCRIPT', offset, 'is a script; scripts never run in a ticket', 'remove it; helpers and CSS can do most of it']]
  if (loadsDocuments.has(name))
    return [['SCRIPT', offset, `<${name}> loads another document; a ticket loads no files`, 'put its content into the template']]
  if (name === 'meta' && textOf('http-equiv').toLowerCase() === 'refresh')
    return [['SCRIPT', offset, 'redirects to another page, which a ticket cannot do', 'remove it']]
  if (name === 'base' && textOf('href'))
    return [['EXTERNAL_RESOURCE', offset, '<base> loads everything from elsewhere; a ticket loads no files', 'remove it']]
  if (name === 'link') return checkLink(tag)
  if (moves.has(name))
    return [['ANIMATION', offset, `<${name}> is not printed: paper has no animations`, 'style the final state']]
  return []
}

/** Checks what a `link` loads. Its style sheets never apply, not even `data:` URLs. */
function checkLink(tag: SourceTag): MarkupFinding[] {
  const textOf = (wanted: string): string => tag.named.get(wanted)?.bare.text ?? ''
  const kinds = textOf('rel')
  if (!loadsLink(kinds)) return []
  const isSheet = /\bstylesheet\b/i.test(kinds)
  const addresses = [...addressesIn(textOf('href')), ...candidatesIn(textOf('imagesrcset'))]
  const loaded = addresses.find((address) => isSheet || !isCarried(address))
  if (loaded === undefined) return []
  const advice = 'put style sheets into <style>, upload fonts as assets'
  return [['EXTERNAL_RESOURCE', tag.offset, `<link> loads ${short(loaded)}; a ticket loads no files`, advice]]
}

function checkAttribute(tag: SourceTag, attribute: SourceAttribute, samples: SampleValues): MarkupFinding[] {
  const { name, bare, offset } = attribute
  if (isEventHandler(name)) return [['EVENT_HANDLER', offset, `${name} never runs in a ticket`, 'remove it']]
  const filled = samples.fill(bare)
  if (runsScript(tag, name, filled.text))
    return [['SCRIPT_LINK', offset, `${name} runs a script; scripts never run in a ticket`, 'link to an https: address']]
  if (bare.text.length > largeDataUrl && isSource(name)) {
    const message = `carries ${Math.round(bare.text.length / 1000)} KB in ${name}`
    return [['LARGE_RESOURCE', offset, message, 'use a smaller picture: 300 dots an inch of its printed size']]
  }
  if (tag.name === 'link' || loadsDocuments.has(tag.name) || tag.name === 'script') return []
  return [...checkLoads(tag, attribute, filled.text), ...(isPainted(tag, name) ? checkPaint(attribute, filled.text) : [])]
}

function checkLoads(tag: SourceTag, { name, bare, offset }: SourceAttribute, value: string): MarkupFinding[] {
  const isOfSample = value !== bare.text && loadedBy(tag, name, bare.text).every(isCarried)
  return loadedBy(tag, name, value).flatMap((address): MarkupFinding[] => {
    const what = isOfSample ? `${short(address)} from the sample` : short(address)
    const message = `${name} loads ${what}; a ticket loads no files`
    if (isNeverShown(tag, name, address)) return [['EXTERNAL_RESOURCE', offset, message, 'put a picture in its place']]
    const advice = isOfSample ? 'give the picture itself, as a data: URL' : 'upload it as an asset and write {{asset "…"}}'
    return isCarried(address)
      ? checkDrawing(address, offset, `${name} carries`)
      : [['EXTERNAL_RESOURCE', offset, message, advice]]
  })
}

/** Checks the drawing in a `data:` URL for scripts and external files. */
function checkDrawing(address: string, offset: number, carries: string): MarkupFinding[] {
  const { code, what } = findActingIn(address) ?? {}
  return code
    ? [[code, offset, `${carries} a drawing with ${what}, which a ticket never runs or loads`, 'remove it from the drawing']]
    : []
}

/** Checks what a presentation attribute loads, and reports it at the attribute's place. */
function checkPaint({ name, offset }: SourceAttribute, value: string): MarkupFinding[] {
  return checkValue(value, readValue(value)).map(([code, , message, advice]) => [code, offset, `${name} ${message}`, advice])
}

/** Checks that an image or a drawing has a text for screen readers, unless it is hidden from them. */
function checkAltText(tag: SourceTag): MarkupFinding[] {
  if (tag.isHidden || isNamed(tag) || isDecoration(tag)) return []
  if (tag.name === 'img') return checkImage(tag)
  if (tag.name !== 'svg' || tag.drawing || tag.hasTitle) return []
  const advice = 'write role="img" aria-label="…", or aria-hidden="true" if it is decorative'
  return [['NO_ALT_TEXT', tag.offset, 'is a drawing without a description', advice]]
}

function checkImage({ named, offset }: SourceTag): MarkupFinding[] {
  const alt = named.get('alt')?.value
  if (alt === undefined)
    return [['NO_ALT_TEXT', offset, 'is an image without a description', 'write alt="…", or alt="" if it is decorative']]
  if (alt === '' && named.get('src')?.value.includes('qrCodeUrl'))
    return [['NO_ALT_TEXT', offset, 'is the QR code, not a decoration', 'write alt="QR code"']]
  return []
}

function isNamed({ named }: SourceTag): boolean {
  return ['aria-label', 'aria-labelledby', 'title'].some((name) => Boolean(named.get(name)?.value))
}

function isDecoration({ named }: SourceTag): boolean {
  const [role = ''] = (named.get('role')?.bare.text ?? '').trim().toLowerCase().split(/\s+/)
  return role === 'none' || role === 'presentation'
}
