import { LRUCache } from 'lru-cache'
import type { ParsedMarkup } from '../document/markup-fingerprint.ts'
import {
  followPattern,
  makePattern,
  type PageContent,
  type PaintReader,
  type TagPattern,
  type TicketTags,
} from './tag-pattern.ts'

/**
 * A bounded cache of the tags that Chromium gave to tickets, so that others with the same markup can be
 * printed without, which spares it the accessibility tree. A ticket gets the tags of another only when their
 * markup differs in texts and pictures alone, and its pages paint the same in the same order, each text where
 * it belongs.
 */
export class TagCache {
  readonly #entries = new LRUCache<string, CachedTags>({ maxSize: maxWeight, sizeCalculation: weigh })

  /** Checks whether tickets with this markup can be expected to get their tags from the cache. */
  has(markup: ParsedMarkup | undefined): boolean {
    const cached = markup && this.#entries.get(markup.key)
    return cached !== undefined && cached.patterns.length > 0 && cached.misses <= toleratedMisses + cached.hits / hitsPerMiss
  }

  /** Checks whether the cache can learn from a ticket with this markup. */
  wants(markup: ParsedMarkup | undefined): boolean {
    const cached = markup && this.#entries.get(markup.key)
    if (!cached) return markup !== undefined
    const count = cached.patterns.length
    return cached.refusals < maxRefusals && count < maxPatterns && (count === 0 || cached.misses >= count)
  }

  /** Stores a tagged ticket's tags; after a few without any, or that fit no other, it wants no more. */
  store(markup: ParsedMarkup, tags: TicketTags | undefined, paint: PaintReader): void {
    const cached = this.#entries.get(markup.key) ?? { patterns: [], hits: 0, misses: 0, refusals: 0 }
    const pattern = tags && makePattern(markup, tags, paint)
    if (pattern) cached.patterns.push(pattern)
    else cached.refusals++
    // Sets anew, since its weight has changed.
    this.#entries.delete(markup.key)
    this.#entries.set(markup.key, cached)
  }

  /** Looks up the tags of a ticket printed without; undefined when it is unlike the cached ones. */
  lookUp(markup: ParsedMarkup, contents: PageContent[], paint: PaintReader): TicketTags | undefined {
    const cached = this.#entries.get(markup.key)
    if (!cached) return undefined
    const pages = contents.map((content) => ({ content, things: paint(content) }))
    for (const pattern of cached.patterns) {
      const tags = followPattern(pattern, markup.texts, pages)
      if (!tags) continue
      cached.hits++
      return tags
    }
    cached.misses++
    return undefined
  }
}

const toleratedMisses = 8
const hitsPerMiss = 8
const maxPatterns = 4
const maxRefusals = 4
const refusalWeight = 4
/** Bounds the steps of all cached patterns; one takes some 500 bytes with its element. */
const maxWeight = 50_000

function weigh({ patterns, refusals }: CachedTags): number {
  return patterns.reduce((total, { weight }) => total + weight, Math.max(1, refusals * refusalWeight))
}

/** Tags of tickets with one markup, and how often they were of use. */
interface CachedTags {
  patterns: TagPattern[]
  hits: number
  misses: number
  refusals: number
}
