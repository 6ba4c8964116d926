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
export function isOf(token: StyleToken | undefined, ...kinds: (string | undefined)[]): boolean {
  return token !== undefined && kinds.some((kind) => kind !== undefined && tokenTypes[kind] === token.type)
}
