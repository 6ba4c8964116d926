import type { TemplateProblemCode } from '../../../contract/template-check.ts'

/** What is wrong in markup, and where in the source. */
export type MarkupFinding = [code: TemplateProblemCode, offset: number, message: string, advice?: string]
