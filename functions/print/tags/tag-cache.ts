import type { MarkupShape } from '../document/markup-fingerprint.ts'
import {
  followPattern,
  makePattern,
  type PageContent,
  type PaintReader,
  type TagPattern,
  type TicketTags,
} from './tag-pattern.ts'

/**
 * Remembers the tags of tickets that Chromium has tagged, so that others of the same markup can be printed without, which spares it the
 * accessibility tree. A ticket is given the tags of another only when its markup differs in texts and pictures alone, and its pages paint the same in the same
 * order, each text where it belongs.
 */
export class TagCache {
  /** Is in the order of their last use. */
  readonly #known = new Map<string, KnownTags>()
  #weight = 0

  /** Tells whether tickets of such markup can be expected to get their tags from here. */
  knows(shape: MarkupShape | undefined): boolean {
    const known = shape && this.#known.get(shape.key)
    return known !== undefined && known.patterns.length > 0 && known.missed <= toleratedMisses + known.recalled / tolerableShare
  }

  /** Tells whether there is something to learn from a ticket of such markup. */
  isCurious(shape: MarkupShape | undefined): boolean {
    const known = shape && this.#known.get(shape.key)
    if (!known) return shape !== undefined
    const count = known.patterns.length
    return known.refused < mostRefusals && count < mostPatterns && (count === 0 || known.missed >= count)
  }

  /** Learns from a ticket that Chromium has tagged; those without `tags` hold what cannot be said of others, and soon are not asked for again. */
  learn(shape: MarkupShape, tags: TicketTags | undefined, paint: PaintReader): void {
    const known = this.#known.get(shape.key) ?? { patterns: [], recalled: 0, missed: 0, refused: 0 }
    const pattern = tags && makePattern(shape, tags, paint)
    if (pattern) known.patterns.push(pattern)
    else known.refused++
    this.#weight += pattern?.weight ?? weightOfRefusal
    this.#use(shape.key, known)
    for (const [oldest, { patterns, refused }] of this.#known) {
      if (this.#weight <= heaviest) return
      this.#known.delete(oldest)
      this.#weight -= patterns.reduce((total, { weight }) => total + weight, refused * weightOfRefusal)
    }
  }

  /** Gives a ticket that was printed without tags its own; nothing when it is not like those known. */
  recall(shape: MarkupShape, contents: PageContent[], paint: PaintReader): TicketTags | undefined {
    const known = this.#known.get(shape.key)
    if (!known) return undefined
    this.#use(shape.key, known)
    const pages = contents.map((content) => ({ content, things: paint(content) }))
    for (const pattern of known.patterns) {
      const tags = followPattern(pattern, shape.texts, pages)
      if (!tags) continue
      known.recalled++
      return tags
    }
    known.missed++
    return undefined
  }

  #use(key: string, known: KnownTags): void {
    this.#known.delete(key)
    this.#known.set(key, known)
  }
}

const toleratedMisses = 8
const tolerableShare = 8
const mostPatterns = 4
const mostRefusals = 4
const weightOfRefusal = 4
/** Bounds the steps of all that is remembered; one takes some 500 bytes with its element. */
const heaviest = 50_000

/** Is what is known of tickets of one shape, and how often it was of use. */
interface KnownTags {
  patterns: TagPattern[]
  recalled: number
  missed: number
  refused: number
}
