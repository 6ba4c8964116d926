import type { SheetLayout, TemplateProblem } from '../../contract/template-check.ts'
import { templateProblem } from '../../template/check/source/template-problem.ts'

/** A size in points. */
export interface PageSize {
  width: number
  height: number
}

const pointsPerMillimetre = 72 / 25.4

/** Lists the sizes of the paper that sheets are printed on, in points. */
export const papers = { A4: [595.28, 841.89], Letter: [612, 792] } as const

/** Leaves what printers cannot reach, and the marks, in points. */
const leastMargin = 5 * pointsPerMillimetre

/**
 * Lays a grid of pages of one size in the middle of a sheet: how many rows there are, and where its left and
 * bottom edges are, in points.
 */
export function gridOf({ columns, paper }: SheetLayout, page: PageSize): { rows: number; left: number; bottom: number } {
  const [width, height] = papers[paper]
  const rows = Math.floor((height - 2 * leastMargin) / page.height)
  return { rows, left: (width - columns * page.width) / 2, bottom: (height - rows * page.height) / 2 }
}

/** Says why pages of one size do not fit on a sheet, or nothing where they do. */
export function sheetProblem(layout: SheetLayout, page: PageSize): string | undefined {
  const { rows, left, bottom } = gridOf(layout, page)
  if (rows >= 1 && Math.min(left, bottom) >= leastMargin) return undefined
  const size = `${millimetres(page.width)} × ${millimetres(page.height)} mm`
  return `${layout.columns} pages of ${size} have no room beside each other on ${layout.paper}`
}

/** Tells whether a template's pages, as they were printed, fit on its sheet. */
export function judgeSheet(layout: SheetLayout | null | undefined, pages: PageSize[]): TemplateProblem[] {
  const [problem] = layout ? pages.flatMap((page) => sheetProblem(layout, page) ?? []) : []
  return problem ? [templateProblem('SHEET_TOO_SMALL', {}, [problem, 'make the page smaller, or take fewer columns'])] : []
}

function millimetres(points: number): number {
  return Math.round(points / pointsPerMillimetre)
}
