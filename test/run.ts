import { globSync } from 'node:fs'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

// `node --test` begins the files in the order of their names: where a long one comes last, one core has nothing to do meanwhile. These take longest.
const first = [
  ...['journeys/pages', 'journeys/calls', 'pdf/printed', 'tickets/batches', 'tickets/with-service', 'faults/short'],
  ...[
    'bin/local/server',
    'bin/tickets',
    'bin/tickets-journey',
    'print/chromium/browser-supervisor',
    'template/check/css/many-styles',
    'print/fonts/prepare-fonts',
  ],
].map((name) => `${name}.test.ts`)

const rest = globSync('**/*.test.ts', { cwd: import.meta.dirname, exclude: [...first, '**/node_modules/**'] }).sort()
const files = [...first, ...rest].map((name) => join(import.meta.dirname, name))
run({ files, concurrency: 2 })
  .on('test:fail', () => {
    process.exitCode = 1
  })
  .compose(spec)
  .pipe(process.stdout)
