import type { SheetLayout, TemplateProblem } from '../../contract/template-check.ts'
import { templateProblem } from '../../template/check/source/template-problem.ts'

/** A size in points. */
export interface PageSize {
  width: number
  height: number
}

/** Points per millimetre. */
export const pointsPerMillimetre = 72 / 25.4

/** The paper sizes of sheets, in points. */
export const papers = { A4: [595.28, 841.89], Letter: [612, 792] } as const

/** The margin for cut marks, and that printers cannot reach, in points. */
const minMargin = 5 * pointsPerMillimetre

/** Centres a grid of equal pages on a sheet: returns its rows, and its left and bottom edges in points. */
export function gridOf({ columns, paper }: SheetLayout, page: PageSize): { rows: number; left: number; bottom: number } {
  const [width, height] = papers[paper]
  const rows = Math.floor((height - 2 * minMargin) / page.height)
  return { rows, left: (width - columns * page.width) / 2, bottom: (height - rows * page.height) / 2 }
}

/** Explains why pages of one size do not fit on a sheet; undefined if they do. */
export function sheetProblem(layout: SheetLayout, page: PageSize): string | undefined {
  const { rows, left, bottom } = gridOf(layout, page)
  if (rows >= 1 && Math.min(left, bottom) >= minMargin) return undefined
  const size = `${millimetres(page.width)} × ${millimetres(page.height)} mm`
  return `${layout.columns} pages of ${size} do not fit side by side on ${layout.paper}`
}

/** Reports printed pages of a template that do not fit on its sheet. */
export function checkSheet(layout: SheetLayout | null | undefined, pages: PageSize[]): TemplateProblem[] {
  const [problem] = layout ? pages.flatMap((page) => sheetProblem(layout, page) ?? []) : []
  return problem ? [templateProblem('SHEET_TOO_SMALL', {}, [problem, 'make the page smaller, or use fewer columns'])] : []
}

function millimetres(points: number): number {
  return Math.round(points / pointsPerMillimetre)
}
