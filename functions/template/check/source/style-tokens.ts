import { tokenTypes } from 'css-tree/tokenizer'
import { ident } from 'css-tree/utils'

/** A token of CSS: its type, one of css-tree's `tokenTypes`, and its position. */
export interface StyleToken {
  type: number
  start: number
  end: number
}

/** Reads the name of an identifier, function or at-keyword, escapes decoded, in lower case. */
export function nameOf(css: string, { start, end }: StyleToken): string {
  return ident.decode(css.slice(start, end).replace(/^@|\($/g, '')).toLowerCase()
}

/** Checks whether a token has one of the types. */
export function isOf(token: StyleToken | undefined, ...kinds: string[]): boolean {
  return token !== undefined && kinds.some((kind) => tokenTypes[kind] === token.type)
}

/** Checks whether any media query of a list can match print (Media Queries Level 4, "Media types"). */
export function appliesToPaper(css: string, queries: StyleToken[]): boolean {
  return splitAtCommas(queries).some((query) => {
    const words = wordsOf(css, query)
    const [first = '', second = ''] = words
    const isModified = first === 'not' || first === 'only'
    const type = isModified ? second : first
    const isPaper = type === '' || type === 'print' || type === 'all'
    return first === 'not' && type !== '' ? !isPaper : isPaper
  })
}

/** Checks whether media queries ask for reduced motion. */
export function asksForLittleMotion(css: string, queries: StyleToken[]): boolean {
  const words = queries.filter((token) => isOf(token, 'Ident')).map((token) => nameOf(css, token))
  return words.includes('prefers-reduced-motion') && !words.includes('no-preference') && !words.includes('not')
}

/** Splits tokens at the commas outside of brackets. */
export function splitAtCommas(tokens: StyleToken[]): StyleToken[][] {
  const lists: StyleToken[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    depth += isOf(token, 'Function', 'LeftParenthesis') ? 1 : isOf(token, 'RightParenthesis') ? -1 : 0
    if (depth === 0 && isOf(token, 'Comma')) lists.push([])
    else lists.at(-1)?.push(token)
  }
  return lists
}

/** Lists the names of a query before its first feature. */
function wordsOf(css: string, query: StyleToken[]): string[] {
  const feature = query.findIndex((token) => isOf(token, 'LeftParenthesis', 'Function'))
  return query
    .slice(0, feature < 0 ? query.length : feature)
    .filter((token) => isOf(token, 'Ident'))
    .map((token) => nameOf(css, token))
}
