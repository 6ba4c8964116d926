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
 * A bounded cache of the tags that Chromium gave to tickets. Others with the same markup are printed
 * untagged, which saves Chromium building an accessibility tree. A ticket gets the tags of another only if
 * their markup differs in nothing but texts and pictures, and its pages paint the same things in the same
 * order, each text where it belongs.
 */
export class TagCache {
  readonly #entries = new LRUCache<string, CachedTags>({ maxSize: maxWeight, sizeCalculation: weigh })

  /** Checks whether tickets with this markup are likely to get their tags from the cache. */
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

  /** Stores a tagged ticket's tags; wants no more after a few that are missing or fit no other ticket. */
  store(markup: ParsedMarkup, tags: TicketTags | undefined, readPaint: PaintReader): void {
    const cached = this.#entries.get(markup.key) ?? { patterns: [], hits: 0, misses: 0, refusals: 0 }
    const pattern = tags && makePattern(markup, tags, readPaint)
    if (pattern) cached.patterns.push(pattern)
    else cached.refusals++
    // Deleted first, so that it is weighed again.
    this.#entries.delete(markup.key)
    this.#entries.set(markup.key, cached)
  }

  /** Looks up the tags of an untagged ticket; undefined if it differs from all cached ones. */
  lookUp(markup: ParsedMarkup, contents: PageContent[], readPaint: PaintReader): TicketTags | undefined {
    const cached = this.#entries.get(markup.key)
    if (!cached) return undefined
    const pages = contents.map((content) => ({ content, operations: readPaint(content) }))
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

/** The tags of tickets with one markup, and how often they were found to fit. */
interface CachedTags {
  patterns: TagPattern[]
  hits: number
  misses: number
  refusals: number
}
