import { openPrinter } from '../../../functions/print/printer.ts'
import { printerOptions, ticket } from '../../fixtures/printing.ts'

const printer = openPrinter({ ...printerOptions, processes: process.argv[3] === 'single' ? 'single' : 'multi' })
await printer.print([ticket('warm')], 20_000)
process.stdout.write('printed\n')
if (process.argv[2] === 'busy')
  for (;;)
    await printer.print(
      Array.from({ length: 300 }, () => ticket('<p>busy</p>'.repeat(50))),
      60_000,
    )
setInterval(() => undefined, 1000)
