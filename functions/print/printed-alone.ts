import * as z from 'zod'
import type { PrintDifference } from './compare/compare-shared-print.ts'

/** Every reason to print a ticket alone, by its code, as logs and trials word it. */
const sentences = {
  PAGE_RULES: 'its style sheet counts pages or tells them apart',
  ANCHORS: 'its style sheet places boxes by anchors',
  STYLED_IDS: 'its style sheet refers to elements by their id',
  RENAMED_SELECTOR: 'its style sheet selects by {detail}, which other elements refer to',
  ROOT_LAYOUT: 'its root is not a plain block, so that one ticket could change the width of the next',
  ROOT_MARGIN: 'its root has a margin, which only the first ticket of a shared print would have',
  WIDE: 'it is wider than its page',
  MIXED_PAGES: 'its pages cannot be told from those of the next ticket',
  DIFFERENT: 'in a shared print its {detail} would differ',
  KNOWN_DIFFERENT: 'earlier tickets with its markup differed in shared prints',
  MANY_KINDS: 'the markup differs from ticket to ticket',
}

/** The code of a reason to print a ticket alone. */
export type AloneCode = keyof typeof sentences

const isAloneCode = (value: unknown): boolean => typeof value === 'string' && Object.hasOwn(sentences, value)

/** Parses a reason that the browser found. */
export const aloneReason = z.object({ code: z.custom<AloneCode>(isAloneCode), detail: z.string().optional() })

/** A reason to print a ticket alone; `detail` names the selector, or what differs. */
export type AloneReason = z.output<typeof aloneReason>

/** The evidence about a ticket: before its print, after Chromium refused it, or after the comparison. */
export interface SharingEvidence {
  /** What in the template rules out a shared document. */
  obstacle?: AloneReason | undefined
  isWide?: boolean
  hasMixedPages?: boolean
  /** The first difference from the same ticket printed alone, when both were compared. */
  difference?: PrintDifference | undefined
  /** Whether earlier tickets of its kind came out of shared prints differently. */
  isKnownDifferent?: boolean
  /** Whether this call already compares its maximum of new kinds of tickets. */
  isOverBudget?: boolean
}

/** Decides why a ticket is printed alone; returns undefined for one that may share a print. */
export function whyAlone(evidence: SharingEvidence): AloneReason | undefined {
  if (evidence.obstacle) return evidence.obstacle
  if (evidence.isWide) return { code: 'WIDE' }
  if (evidence.hasMixedPages) return { code: 'MIXED_PAGES' }
  if (evidence.difference) return { code: 'DIFFERENT', detail: evidence.difference }
  if (evidence.isKnownDifferent) return { code: 'KNOWN_DIFFERENT' }
  return evidence.isOverBudget ? { code: 'MANY_KINDS' } : undefined
}

/** Writes a reason as a clause that completes “the ticket is printed alone:”. */
export function describeReason({ code, detail = '' }: AloneReason): string {
  return sentences[code].replace('{detail}', detail)
}
