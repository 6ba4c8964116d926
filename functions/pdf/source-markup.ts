import type { SourcePlace } from './template-problem.ts'

/** Is an attribute of a tag in a template's source; `value` has its mustaches as written, `bare` has them blotted out. */
export interface SourceAttribute {
  name: string
  value: string
  bare: string
  offset: number
}

/** Is an opening tag in a template's source, and for `style`, `title` and `svg` what it encloses. */
export interface SourceTag {
  name: string
  attributes: SourceAttribute[]
  offset: number
  content: { text: string; offset: number } | undefined
}

/** Is a template's source as markup: its opening tags in order, and where a character stands. */
export interface SourceMarkup {
  tags: SourceTag[]
  placeAt(offset: number): SourcePlace
}

/** Stands in `bare` text for each character of a mustache that puts something out. */
export const blot = '\uE000'

/** Reads a template's source as markup, with all branches of its blocks at once, as far as a check of it needs. */
export function readMarkup(source: string): SourceMarkup {
  const bare = blotMustaches(source)
  const lineStarts = Array.from(source.matchAll(/^/gm), ({ index }) => index)
  const tags: SourceTag[] = []
  for (let match = nextTag(bare, 0); match; match = nextTag(bare, endOf(match, tags.at(-1)))) {
    const { name = '', rest = '' } = match.groups ?? {}
    if (name) tags.push(readTag({ source, bare }, { name: name.toLowerCase(), rest, offset: match.index }))
  }
  return {
    tags,
    placeAt: (offset) => {
      const line = lineStarts.findLastIndex((start) => start <= offset)
      return { line: line + 1, column: offset - (lineStarts[line] ?? 0) + 1 }
    },
  }
}

const mustaches = /\{\{\{[\s\S]*?\}\}\}|\{\{~?!--[\s\S]*?--~?\}\}|\{\{[\s\S]*?\}\}/g
const tag = /<!--[\s\S]*?(?:-->|$)|<(?<name>[a-zA-Z][^\s/>]*)(?<rest>(?:"[^"]*"|'[^']*'|[^'">])*)>/g
const attribute = /([^\s=>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g
const enclosing = new Set(['style', 'script', 'title', 'svg', 'textarea'])

function blotMustaches(source: string): string {
  return source.replace(mustaches, (mustache) => {
    const isOutput = /^\{\{\{?~?&?\s*[^!#/^\s]/.test(mustache) && !/^\{\{~?\s*else\b/.test(mustache)
    return mustache.replace(/[^\n]/g, isOutput ? blot : ' ')
  })
}

function nextTag(bare: string, from: number): RegExpExecArray | null {
  tag.lastIndex = from
  return tag.exec(bare)
}

/** Goes on after a tag; after a style or script, whose text is no markup, behind its end. */
function endOf(match: RegExpExecArray, last: SourceTag | undefined): number {
  const end = match.index + match[0].length
  const isRaw = last?.offset === match.index && last.content !== undefined && last.name !== 'svg'
  return isRaw ? end + (last.content?.text.length ?? 0) : end
}

function readTag(texts: { source: string; bare: string }, found: { name: string; rest: string; offset: number }): SourceTag {
  const { name, rest, offset } = found
  const start = offset + 1 + name.length
  const attributes = Array.from(rest.matchAll(attribute), (match): SourceAttribute => {
    const value = match[2] ?? match[3] ?? match[4] ?? ''
    const at = start + match.index + match[0].lastIndexOf(value)
    return {
      name: (match[1] ?? '').toLowerCase(),
      value: texts.source.slice(at, at + value.length),
      bare: value,
      offset: start + match.index,
    }
  })
  return {
    name,
    attributes,
    offset,
    content: enclosing.has(name) ? contentOf(texts.bare, name, start + rest.length + 1) : undefined,
  }
}

function contentOf(bare: string, name: string, offset: number): { text: string; offset: number } {
  const length = bare.slice(offset).search(new RegExp(`</${name}`, 'i'))
  return { text: length < 0 ? bare.slice(offset) : bare.slice(offset, offset + length), offset }
}
