import { addressesAt, candidatesAt, isCarried, type PlacedAddress } from '../source/addresses.ts'
import { blot } from '../source/blot-mustaches.ts'
import { isPainted, loadedBy } from '../source/loading-attributes.ts'
import { lastUpTo } from '../source/source-places.ts'
import type { SourceAttribute, SourceTag } from '../source/source-tag.ts'
import type { StylePlace } from './style-values.ts'

/** The places of an attribute's mustaches in which a value must be guarded. */
export interface AttributePlaces {
  /**
   * Names the kind of place of the mustache at an index of the attribute's text, if values are guarded there.
   * A call reads on from where the last one stopped, so all mustaches of an attribute take one pass.
   */
  placeAt(index: number): StylePlace | 'property' | undefined
}

/** Reads an attribute's places; undefined where it holds neither CSS nor an address to load. */
export function readAttributePlaces(tag: SourceTag, { name, bare }: SourceAttribute): AttributePlaces | undefined {
  if (name === 'style') return new StyleScan(bare.text)
  if (name.endsWith('srcset')) return new AddressPlaces(candidatesAt(bare.text), 'candidates')
  const isAddress = loadedBy(tag, name, blot).length > 0
  if (isPainted(tag, name)) return isAddress ? new AddressPlaces(addressesAt(bare.text), 'paint') : new PaintScan(bare.text)
  if (!isAddress) return undefined
  const first = tag.name === 'use' ? 'part' : tag.isForeign ? 'reference' : 'address'
  return new AddressPlaces(addressesAt(bare.text), first)
}

/** The places in an attribute that is an address, or a list of them. */
class AddressPlaces implements AttributePlaces {
  readonly #addresses: PlacedAddress[]
  readonly #first: StylePlace

  constructor(addresses: PlacedAddress[], first: StylePlace) {
    this.#addresses = addresses
    this.#first = first
  }

  placeAt(index: number): StylePlace | undefined {
    const inner = this.#addresses[lastUpTo(this.#addresses, index, ({ start }) => start)]
    if (!inner || index >= inner.end) return undefined
    if (index === inner.start) return this.#first
    return isCarried(inner.address) ? undefined : 'continuation'
  }
}

/** A forward scan of CSS for the `url(…)` that stands open. */
class UrlScan {
  protected readonly css: string
  /** Where the address in the open `url(` begins; undefined outside of one. */
  protected address: number | undefined
  #at = 0

  constructor(css: string) {
    this.css = css
  }

  protected readTo(index: number): void {
    for (; this.#at < index; this.#at++) this.read(this.css[this.#at] ?? '', this.#at)
  }

  protected read(character: string, at: number): void {
    if (character === ')') this.address = undefined
    if (character !== '(' || this.css.slice(at - 3, at).toLowerCase() !== 'url') return
    addressStart.lastIndex = at + 1
    addressStart.test(this.css)
    this.address = addressStart.lastIndex
  }
}

const addressStart = /\s*["']?/y

/** The places in a presentation attribute of SVG. */
class PaintScan extends UrlScan implements AttributePlaces {
  readonly #firsts = new Set(addressesAt(this.css).map(({ start }) => start))

  placeAt(index: number): StylePlace | undefined {
    if (this.#firsts.has(index)) return 'paint'
    this.readTo(index)
    if (this.address === undefined) return undefined
    if (this.address === index) return 'reference'
    return isCarried(this.css.slice(this.address, this.address + longestScheme)) ? undefined : 'continuation'
  }
}

/** The length of the longest text by which `isCarried` knows an address: `data:`. */
const longestScheme = 5

/** The places in a `style` attribute. */
class StyleScan extends UrlScan implements AttributePlaces {
  #quote = ''
  #hasColon = false

  placeAt(index: number): StylePlace | 'property' {
    this.readTo(index)
    if (this.address !== undefined) return 'url'
    if (this.#quote) return 'string'
    return this.#hasColon ? 'value' : 'property'
  }

  protected override read(character: string, at: number): void {
    super.read(character, at)
    if (this.#quote) this.#quote = character === this.#quote ? '' : this.#quote
    else if (character === '"' || character === "'") this.#quote = character
    else if (character === ':') this.#hasColon = true
    else if (character === ';') [this.#hasColon, this.address] = [false, undefined]
  }
}
