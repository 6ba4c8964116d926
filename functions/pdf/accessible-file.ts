import type { PrintObject } from './print-file.ts'
import { isAccessible } from './structure-roles.ts'
import { asLanguage, type StructureElement } from './structure-tree.ts'
import type { TicketPdf } from './ticket-pdf.ts'

/** Is what a file says about itself; `isDrawn` tells that it has letters that are drawings. */
export interface AccessibleFile {
  title: string
  language?: string | undefined
  elements: StructureElement[]
  isDrawn: boolean
}

/**
 * Says in a file its language and title, and that it follows PDF/UA-1 where it does: its language is known, its pictures are described and its
 * headings leave no level out (ISO 14289-1, 5 and 7), and no letter is a drawing, as emoji are. Letters that no font has are not looked for.
 * @returns what the file's catalog says of it.
 */
export function declareAccessible(target: TicketPdf, file: AccessibleFile): [key: string, value: string][] {
  const language = asLanguage(file.language)
  const isUniversal = language !== undefined && file.title !== '' && isAccessible(file.elements) && !file.isDrawn
  const stream = Buffer.from(describe(file.title, isUniversal))
  const metadata = target.add({ text: `<</Type /Metadata /Subtype /XML /Length ${stream.length}>>`, stream })
  return [
    ['/ViewerPreferences', '<</DisplayDocTitle true>>'],
    ['/Metadata', `${metadata} 0 R`],
    ...(language ? [['/Lang', `(${language})`] satisfies [string, string]] : []),
  ]
}

/** Tells whether an object is a font whose letters are content streams of their own, which cannot be tagged. */
export function hasDrawnLetters({ text }: PrintObject): boolean {
  return /\/Subtype\s*\/Type3\b/.test(text)
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
