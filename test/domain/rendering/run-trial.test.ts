import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SentTemplate } from '../../../functions/contract/schemas/render.ts'
import { templateLimits } from '../../../functions/contract/template-check.ts'
import { runTrial } from '../../../functions/domain/rendering/run-trial.ts'
import { compileContent } from '../../../functions/domain/templates/compile-content.ts'
import { decodeTemplate } from '../../../functions/domain/templates/template-content.ts'
import type { Printer } from '../../../functions/print/printer.ts'

const send = (source: string): SentTemplate => ({ source, sample: {}, labels: {}, sheet: null, assets: [] })
const nothing = (): never => assert.fail('nothing is printed')
const printer = { print: nothing, use: nothing, probe: nothing, close: nothing, restarts: 0 } as unknown as Printer

/**
 * Checks a template, and fills it where it can be: all that is done with it before it is printed. Gives the
 * milliseconds.
 */
async function time(source: string): Promise<number> {
  const start = performance.now()
  const answer = await runTrial({ printer, maxFileSize: 1_000_000 }, { ...send(source), isPrinted: false })
  assert.equal(answer.outcome, 'tried')
  try {
    compileContent(decodeTemplate(send(source))).fill({ a: 'x', list: ['x'] })
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'TEMPLATE_INVALID')
  }
  return performance.now() - start
}

const pieces = {
  text: 'words ',
  blanks: ' ',
  mustaches: '{{a}}',
  'opened mustaches': '{{',
  comments: '{{!-- --}}',
  'opened comments': '{{!--',
  'opened blocks': '{{#if a}}',
  blocks: '{{#if a}}x{{/if}}',
  'closed blocks': '{{/if}}',
  'else without a block': '{{else}}',
  'a chain of else': '{{else if a}}',
  expressions: '{{is (a (',
  'escaped mustaches': '\\{{a}}',
  'raw blocks': '{{{{a}}}}',
  strings: '{{a "',
  barcodes: '{{barcode a type="pdf417"}}',
  loops: '{{#each list}}{{date this}}{{/each}}',
  elements: '<p title="x">',
  'inline pictures': '<img alt="" src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ">',
}

for (const [what, piece] of Object.entries(pieces))
  test(`the time for ${what} grows with the length alone`, async () => {
    const longest = Math.floor(templateLimits.sourceBytes / piece.length)
    await time(piece)
    const [short, long] = [await time(piece.repeat(longest / 8)), await time(piece.repeat(longest))]
    // Eight times the length; what is quadratic takes 64 times as long.
    assert.ok(long < 20 * short + 500, `${Math.round(short)} ms, then ${Math.round(long)} ms`)
  })

for (const [what, source] of Object.entries({
  'nested blocks': '{{#if a}}'.repeat(4_000) + '{{/if}}'.repeat(4_000),
  'a chain of else if': `{{#if a}}${'{{else if a}}'.repeat(4_000)}{{/if}}`,
  barcodes: '{{barcode a type="pdf417"}}'.repeat(1_900),
}))
  test(`${what} are checked and filled within the budget`, async () => {
    assert.ok((await time(source)) < 10_000)
  })
