/** Is a stretch of a content stream from `start` to `end` that is marked with a tag and a number, `BDC`, `EMC` and the end of its line included. */
export interface MarkedSection {
  tag: string
  number: number
  start: number
  end: number
  /** Lies between `BDC` and `EMC`. */
  content: string
}

/** Is where a content stream paints a form or image, `/X5 Do`, with the end of the line. */
interface ObjectCall {
  name: string
  start: number
  end: number
}

/** Is a content stream as text of one character a byte, with what is marked in it and the objects it paints outside of that. */
export interface MarkedContent {
  text: string
  sections: MarkedSection[]
  calls: ObjectCall[]
}

/** Finds what is marked with a number in a content stream (ISO 32000-2, 14.6): the outermost marks; those in others stay as they are. */
export function readMarkedContent(text: string): MarkedContent {
  const content: MarkedContent = { text, sections: [], calls: [] }
  let depth = 0
  let open: { tag: string; number: number; start: number; from: number } | undefined
  for (const match of text.matchAll(tokens)) {
    const [token, tag, number, call] = match
    const end = match.index + token.length
    if (call !== undefined && !open) content.calls.push({ name: call, start: match.index, end })
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

/** Tells whether a section shows text: what does not is a line, a background or a picture. */
export function showsText({ content }: MarkedSection): boolean {
  // A QR code is long and has no letter T, which is found out soonest.
  return content.includes('T') && /[>)\]] ?T[jJ]\s/.test(content)
}

/**
 * Writes a content stream, in pieces, so that each of them is either one of the sections numbered in `real`, or a form named in `markedForms`,
 * which has marks of its own, or marked as an artifact: what reading aloud leaves out.
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

const tokens =
  /\((?:\\[\s\S]|[^\\()])*\)|(\/[^\s/<>[\](){}%]+) ?<<\/MCID (\d+) ?>> ?BDC\b\n?|\/([^\s/<>[\](){}%]+) Do\b\n?|\bB[DM]C\b|\bEMC\b\n?/g

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
