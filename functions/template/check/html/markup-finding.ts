import type { TemplateProblemCode } from '../../../contract/template-check.ts'

/** A problem in markup, by its offset in the source. */
export type MarkupFinding = [code: TemplateProblemCode, offset: number, message: string, advice?: string]
