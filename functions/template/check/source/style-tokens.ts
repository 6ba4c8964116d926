import { tokenTypes } from 'css-tree/tokenizer'
import { ident } from 'css-tree/utils'

/** A token of CSS: its kind, one of css-tree's `tokenTypes`, and where it stands. */
export interface StyleToken {
  type: number
  start: number
  end: number
}

/** Reads a token as a name: an identifier, function or at-keyword, its escapes decoded, in small letters. */
export function nameOf(css: string, { start, end }: StyleToken): string {
  return ident.decode(css.slice(start, end).replace(/^@|\($/g, '')).toLowerCase()
}

/** Tells whether a token is of one of these kinds. */
export function isOf(token: StyleToken | undefined, ...kinds: (string | undefined)[]): boolean {
  return token !== undefined && kinds.some((kind) => kind !== undefined && tokenTypes[kind] === token.type)
}
