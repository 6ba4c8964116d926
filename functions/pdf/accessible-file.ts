import { type PrintObject, readContent } from './content-stream.ts'
import type { PrintFile } from './print-file.ts'
import type { StructureElement } from './structure-element.ts'
import { isAccessible } from './structure-roles.ts'
import { asLanguage } from './structure-tree.ts'
import { readReference } from './syntax.ts'
import type { PdfWriter } from './writer.ts'

/** A file's description of itself. `isUnreadable`: some of its glyphs map to no character. */
export interface AccessibleFile {
  title: string
  language?: string | undefined
  elements: StructureElement[]
  isUnreadable: boolean
}

/**
 * Writes a file's language, title and XMP metadata. Claims PDF/UA-1 only for a file that conforms: its
 * language is known, its pictures are described, its headings skip no level (ISO 14289-1, 5 and 7), and every
 * glyph maps to a character. Does not look for missing glyphs.
 * @returns The entries for the file's catalog.
 */
export function declareAccessible(writer: PdfWriter, file: AccessibleFile): [key: string, value: string][] {
  const language = asLanguage(file.language)
  const isUniversal = language !== undefined && file.title !== '' && isAccessible(file.elements) && !file.isUnreadable
  const stream = Buffer.from(describe(file.title, isUniversal))
  const metadata = writer.add({ text: `<</Type /Metadata /Subtype /XML /Length ${stream.length}>>`, stream })
  return [
    ['/ViewerPreferences', '<</DisplayDocTitle true>>'],
    ['/Metadata', `${metadata} 0 R`],
    ...(language ? [['/Lang', `(${language})`] satisfies [string, string]] : []),
  ]
}

/**
 * Checks whether an object is a font with glyphs that map to no character (ISO 14289-1, 7.21.7): Type 3
 * glyphs, such as emoji, are content streams and cannot be tagged, and Chromium maps some Thai and Indic
 * glyph variants to U+0000.
 */
export function hasUnmappedGlyphs(print: PrintFile, { text }: PrintObject): boolean {
  if (/\/Subtype\s*\/Type3\b/.test(text)) return true
  const map = readReference(/\/ToUnicode (\d+ \d+ R)\b/.exec(text)?.[1])
  return map !== undefined && mapsToZero(print.object(map))
}

/** Whether each ToUnicode map has a zero. Cached, since the tickets of a print share fonts. */
const zeros = new WeakMap<PrintObject, boolean>()

function mapsToZero(map: PrintObject): boolean {
  const known = zeros.get(map)
  if (known !== undefined) return known
  const hasZero = /> <0000>/.test(readContent(map))
  zeros.set(map, hasZero)
  return hasZero
}

/** Writes XMP metadata (ISO 16684-1). */
function describe(title: string, isUniversal: boolean): string {
  const universal = isUniversal ? '<pdfuaid:part>1</pdfuaid:part>' : ''
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(title)}</rdf:li></rdf:Alt></dc:title>${universal}</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`
}

/** Escapes text for XML and drops the characters that XML 1.0 does not allow. */
function escapeXml(text: string): string {
  const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
  return text
    .toWellFormed()
    .replace(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '')
    .replace(/[&<>]/g, (each) => escapes[each] ?? each)
}
