import { addressesAt, candidatesAt, isCarried, type PlacedAddress } from '../source/addresses.ts'
import { blot } from '../source/blot-mustaches.ts'
import { isPainted, loadedBy } from '../source/loading-attributes.ts'
import { lastUpTo } from '../source/source-places.ts'
import type { SourceAttribute, SourceTag } from '../source/source-tag.ts'
import type { StylePlace } from './style-values.ts'

/** Names the guarded place at an index, if any. Indexes must ascend, so that an attribute takes one pass. */
export type AttributePlaces = (index: number) => StylePlace | 'property' | undefined

/** Reads an attribute's places; undefined if it holds neither CSS nor an address to load. */
export function readAttributePlaces(tag: SourceTag, { name, bare }: SourceAttribute): AttributePlaces | undefined {
  if (name === 'style') return stylePlaces(bare.text)
  if (name.endsWith('srcset')) return addressPlaces(candidatesAt(bare.text), 'candidates')
  const isAddress = loadedBy(tag, name, blot).length > 0
  if (isPainted(tag, name)) return isAddress ? addressPlaces(addressesAt(bare.text), 'paint') : paintPlaces(bare.text)
  if (!isAddress) return undefined
  const first = tag.name === 'use' ? 'part' : tag.isForeign ? 'reference' : 'address'
  return addressPlaces(addressesAt(bare.text), first)
}

/** Makes the places of an attribute that is an address, or a list of them. */
function addressPlaces(addresses: PlacedAddress[], first: StylePlace): AttributePlaces {
  return (index) => {
    const inner = addresses[lastUpTo(addresses, index, ({ start }) => start)]
    if (!inner || index >= inner.end) return undefined
    if (index === inner.start) return first
    return isCarried(inner.address) ? undefined : 'continuation'
  }
}

/** Makes the places of a presentation attribute of SVG. */
function paintPlaces(css: string): AttributePlaces {
  const firsts = new Set(addressesAt(css).map(({ start }) => start))
  const scan = new StyleScan(css, { hasDeclarations: false })
  return (index) => {
    if (firsts.has(index)) return 'paint'
    const { address } = scan.readTo(index)
    if (address === undefined) return undefined
    if (address === index) return 'reference'
    return isCarried(css.slice(address, address + longestScheme)) ? undefined : 'continuation'
  }
}

/** The length of the longest prefix that `isCarried` looks for: `data:`. */
const longestScheme = 5

/** Makes the places of a `style` attribute. */
function stylePlaces(css: string): AttributePlaces {
  const scan = new StyleScan(css, { hasDeclarations: true })
  return (index) => {
    const { address, quote, hasColon } = scan.readTo(index)
    if (address !== undefined) return 'url'
    if (quote) return 'string'
    return hasColon ? 'value' : 'property'
  }
}

/** A forward scan of CSS: of declarations, or of a single value. */
class StyleScan {
  /** Where the address in the open `url(` begins; undefined outside of one. */
  address: number | undefined
  quote = ''
  hasColon = false
  readonly #css: string
  readonly #hasDeclarations: boolean
  #at = 0

  constructor(css: string, { hasDeclarations }: { hasDeclarations: boolean }) {
    this.#css = css
    this.#hasDeclarations = hasDeclarations
  }

  readTo(index: number): this {
    for (; this.#at < index; this.#at++) this.#read(this.#css[this.#at] ?? '', this.#at)
    return this
  }

  #read(character: string, at: number): void {
    if (character === ')') this.address = undefined
    if (character === '(' && this.#css.slice(at - 3, at).toLowerCase() === 'url') {
      addressStart.lastIndex = at + 1
      addressStart.test(this.#css)
      this.address = addressStart.lastIndex
    }
    if (this.quote) this.quote = character === this.quote ? '' : this.quote
    else if (character === '"' || character === "'") this.quote = character
    else if (character === ':') this.hasColon = true
    else if (character === ';' && this.#hasDeclarations) [this.hasColon, this.address] = [false, undefined]
  }
}

const addressStart = /\s*["']?/y
