import { string, url } from 'css-tree/utils'
import { addressesIn } from './addresses.ts'
import { seam } from './blot-mustaches.ts'
import { isOf, nameOf, type StyleToken } from './style-tokens.ts'

/** An address that a CSS value loads; undefined if it is malformed. */
export interface StyleLoad {
  address: string | undefined
  start: number
}

/** Finds the addresses that a CSS value loads, escapes decoded. Strings count only in `url()` and similar functions. */
export function findLoads(css: string, value: StyleToken[]): StyleLoad[] {
  const loads: StyleLoad[] = []
  const functions: { name: string; start: number }[] = []
  let urlEnd = 0
  for (const [index, token] of value.entries()) {
    const { start, end } = token
    const inner = functions.at(-1)
    if (start < urlEnd) continue
    if (isEscapedUrl(css, value, index)) {
      urlEnd = endOfUrl(css, end)
      loads.push(...placed(url.decode(`url(${css.slice(end, urlEnd)})`), start))
    }
    const bare = isOf(token, 'Ident') ? bareAddress(css, start) : undefined
    if (bare !== undefined) {
      urlEnd = start + bare.length
      loads.push(...placed(bare, start))
    } else if (isOf(token, 'Function')) functions.push({ name: nameOf(css, token), start })
    else if (isOf(token, 'LeftParenthesis')) functions.push({ name: inner?.name ?? '', start })
    else if (isOf(token, 'RightParenthesis')) functions.pop()
    else if (isOf(token, 'Url')) loads.push(...placed(url.decode(css.slice(start, end)), start))
    else if (isOf(token, 'BadUrl')) loads.push(...badUrl(css.slice(start, end), start))
    else if (inner && takesAddress.has(inner.name) && isOf(token, 'BadString'))
      loads.push({ address: undefined, start: inner.start })
    else if (inner && takesAddress.has(inner.name) && isOf(token, 'String'))
      loads.push(...placed(string.decode(css.slice(start, end)), inner.start))
  }
  return loads
}

const takesAddress = new Set(['url', 'src', 'image', 'image-set', '-webkit-image-set', 'cross-fade', '-webkit-cross-fade'])

/** Reads an address without `url(…)`. No browser loads it, but its author expects so. */
function bareAddress(css: string, start: number): string | undefined {
  bare.lastIndex = start
  return bare.exec(css)?.[0]
}

const bare = /[a-z][a-z0-9-]*:\/\/[^\s;,)]*/iy

/** Checks whether a token is `url(` with an escape in its name, which css-tree tokenizes as a function. */
function isEscapedUrl(css: string, value: StyleToken[], index: number): boolean {
  const [token, next, afterBlank] = value.slice(index, index + 3)
  if (!token || !isOf(token, 'Function') || nameOf(css, token) !== 'url') return false
  return !isOf(isOf(next, 'WhiteSpace') ? afterBlank : next, 'String', 'BadString')
}

function endOfUrl(css: string, from: number): number {
  const end = css.indexOf(')', from)
  return end < 0 ? css.length : end
}

function placed(value: string, start: number): StyleLoad[] {
  return addressesIn(value).map((address) => ({ address, start }))
}

/** Reads a malformed unquoted address: the branches of a block, or one with spaces or quotes. */
function badUrl(text: string, start: number): StyleLoad[] {
  const inside = text.slice('url('.length, text.endsWith(')') ? -1 : undefined)
  return inside.includes(seam) ? placed(inside, start) : [{ address: undefined, start }]
}
