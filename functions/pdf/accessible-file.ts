import type { ObjectExtractor } from './object-extractor.ts'
import { type PrintFile, type PrintObject, readContent } from './print-file.ts'
import type { StructureElement } from './structure-element.ts'
import { isAccessible } from './structure-roles.ts'
import { asLanguage } from './structure-tree.ts'
import { readReference } from './syntax.ts'

/** Is what a file says about itself; `isUnreadable` tells that it has letters of which it does not say what they are. */
export interface AccessibleFile {
  title: string
  language?: string | undefined
  elements: StructureElement[]
  isUnreadable: boolean
}

/**
 * Says in a file its language and title, and that it follows PDF/UA-1 where it does: its language is known, its pictures are described and its
 * headings leave no level out (ISO 14289-1, 5 and 7), and it says of every letter what it is. Letters that no font has are not looked for.
 * @returns what the file's catalog says of it.
 */
export function declareAccessible(target: ObjectExtractor, file: AccessibleFile): [key: string, value: string][] {
  const language = asLanguage(file.language)
  const isUniversal = language !== undefined && file.title !== '' && isAccessible(file.elements) && !file.isUnreadable
  const stream = Buffer.from(describe(file.title, isUniversal))
  const metadata = target.add({ text: `<</Type /Metadata /Subtype /XML /Length ${stream.length}>>`, stream })
  return [
    ['/ViewerPreferences', '<</DisplayDocTitle true>>'],
    ['/Metadata', `${metadata} 0 R`],
    ...(language ? [['/Lang', `(${language})`] satisfies [string, string]] : []),
  ]
}

/**
 * Tells whether an object of a print is a font that does not say of each letter what it is: letters that are content streams of their own, as
 * emoji are, cannot be tagged, and to some forms of Thai and Indic letters Chromium gives the character zero (ISO 14289-1, 7.21.7).
 */
export function hasUnreadableLetters(print: PrintFile, { text }: PrintObject): boolean {
  if (/\/Subtype\s*\/Type3\b/.test(text)) return true
  const map = readReference(/\/ToUnicode (\d+ \d+ R)\b/.exec(text)?.[1])
  return map !== undefined && mapsToZero(print.object(map))
}

/** Knows of each map of characters whether it has a zero: tickets of one print share their fonts. */
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

/** Escapes text for XML, and leaves out the characters that XML 1.0 cannot hold at all. */
function escapeXml(text: string): string {
  const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
  return text
    .toWellFormed()
    .replace(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '')
    .replace(/[&<>]/g, (each) => escapes[each] ?? each)
}
