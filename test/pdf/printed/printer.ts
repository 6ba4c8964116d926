import { after } from 'node:test'
import { openPrinter } from '../../../functions/print/printer.ts'
import { printerOptions } from '../printing.ts'

/** Lists why templates were printed alone, of all that the shared printer said so of. */
export const fallbacks: string[] = []

/** Is the printer that all tests of what is printed share in this process, with its one browser. */
export const printer = openPrinter({ ...printerOptions, onFallback: ({ reason }) => fallbacks.push(reason) })
after(() => printer.close())
