import { contentTokens } from './content-tokens.ts'

/** A marked-content sequence with a tag and an id. `start` to `end` includes `BDC`, `EMC` and line break. */
export interface MarkedSection {
  tag: string
  number: number
  start: number
  end: number
  /** The part between `BDC` and `EMC`. */
  content: string
}

/** An operator that paints a form or an image, `/X5 Do`, with its line break. */
interface ObjectCall {
  name: string
  start: number
  end: number
}

/** A content stream as text, its marked-content sequences, and the objects it paints outside of them. */
export interface MarkedContent {
  text: string
  sections: MarkedSection[]
  calls: ObjectCall[]
}

/** Finds the outermost marked-content sequences with an id in a content stream (ISO 32000-2, 14.6). */
export function readMarkedContent(text: string): MarkedContent {
  const content: MarkedContent = { text, sections: [], calls: [] }
  let depth = 0
  let open: { tag: string; number: number; start: number; from: number } | undefined
  for (const match of text.matchAll(contentTokens.marks)) {
    const [token, tag, number, call] = match
    const end = match.index + token.length
    if (call !== undefined && !open) content.calls.push({ name: call.slice(1), start: match.index, end })
    else if (token.startsWith('EMC')) {
      depth--
      if (depth > 0 || !open) continue
      const { from, ...mark } = open
      content.sections.push({ ...mark, end, content: text.slice(from, match.index) })
      open = undefined
    } else if (tag !== undefined || token.endsWith('C')) {
      depth++
      if (tag !== undefined && depth === 1) open = { tag, number: Number(number), start: match.index, from: end }
    }
  }
  return content
}

/** Checks whether a section shows text; one that does not is a line, a background or a picture. */
export function showsText({ content }: MarkedSection): boolean {
  // The cheapest test first: a QR code is long and has no letter T.
  return content.includes('T') && /[>)\]] ?T[jJ]\s/.test(content)
}

/**
 * Rewrites a content stream in pieces. Each is a section whose id is in `real`, a form named in
 * `markedForms`, which has marks of its own, or everything else, marked as an artifact for screen readers to
 * skip.
 */
export function markArtifacts({ text, sections, calls }: MarkedContent, real: Set<number>, markedForms: Set<string>): string[] {
  const cuts = [...sections, ...calls.filter(({ name }) => markedForms.has(name))]
  cuts.sort((one, other) => one.start - other.start)
  const pieces: string[] = []
  let artifact = ''
  let from = 0
  for (const cut of cuts) {
    artifact += text.slice(from, cut.start)
    from = cut.end
    if ('number' in cut && !real.has(cut.number)) artifact += cut.content
    else {
      pieces.push(...asArtifact(artifact), 'number' in cut ? asMarked(cut) : asLine(text.slice(cut.start, cut.end)))
      artifact = ''
    }
  }
  return [...pieces, ...asArtifact(artifact + text.slice(from))]
}

function asLine(content: string): string {
  return content.endsWith('\n') ? content : `${content}\n`
}

function asMarked({ tag, number, content }: MarkedSection): string {
  return `${tag} <</MCID ${number}>> BDC\n${asLine(content)}EMC\n`
}

function asArtifact(content: string): string[] {
  const painted = content.trimEnd()
  return painted ? [`/Artifact BMC\n${painted}\nEMC\n`] : []
}
