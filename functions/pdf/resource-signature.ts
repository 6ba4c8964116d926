import { createHash } from 'node:crypto'
import { PDFArray, type PDFContext, PDFDict, PDFName, PDFNumber, type PDFObject, PDFRawStream, PDFRef } from '@cantoo/pdf-lib'

/**
 * Describes a resource of a page (image, shading, graphics state, font) by what it looks like, so that equal descriptions in two
 * files mean equal looks. A font is described by its name: which glyphs of it a file carries differs.
 */
export function describeResource(context: PDFContext, object: PDFObject | undefined, depth = 0): string {
  const value = object instanceof PDFRef ? context.lookup(object) : object
  if (value === undefined || depth > deepest) return '?'
  if (value instanceof PDFNumber) return value.asNumber().toFixed(2)
  if (value instanceof PDFArray)
    return `[${value
      .asArray()
      .map((each) => describeResource(context, each, depth + 1))
      .join(' ')}]`
  if (value instanceof PDFDict) return describeDictionary(context, value, depth)
  if (value instanceof PDFRawStream) {
    return `${describeDictionary(context, value.dict, depth)}${createHash('sha1').update(value.contents).digest('base64')}`
  }
  return value.toString()
}

const deepest = 12
const irrelevant = new Set(['/Length', '/Parent', '/StructParent', '/StructParents'])

function describeDictionary(context: PDFContext, dictionary: PDFDict, depth: number): string {
  if (dictionary.get(PDFName.of('Type')) === PDFName.of('Font')) return describeFont(dictionary)
  const entries = dictionary.entries().filter(([key]) => !irrelevant.has(key.toString()))
  const parts = entries.map(([key, value]) => `${key} ${describeResource(context, value, depth + 1)}`)
  return `<<${parts.sort().join(' ')}>>`
}

function describeFont(font: PDFDict): string {
  const descriptor = font.lookupMaybe(PDFName.of('FontDescriptor'), PDFDict)
  const name = font.get(PDFName.of('BaseFont')) ?? descriptor?.get(PDFName.of('FontName'))
  return `font ${font.get(PDFName.of('Subtype'))} ${String(name).replace(/^\/[A-Z]{6}\+/, '')}`
}
