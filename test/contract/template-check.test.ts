import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AssetType,
  assetName,
  assetTypes,
  type SheetLayout,
  sheetLayout,
  type TemplateCheck,
  type TemplateLabels,
  type TemplateProblem,
  type TemplateProblemDescription,
  type TemplateTrial,
  templateCheck,
  templateLabels,
  templateLimits,
  templateProblemCodes,
  templateTrial,
} from '../../functions/contract/template-check.ts'
import {
  type StandardVariable,
  standardVariables,
  type TemplateHelper,
  templateHelpers,
} from '../../functions/contract/template-language.ts'

test('a problem has one of the codes, and its place counts from 1', () => {
  const problem: TemplateProblem = { severity: 'error', code: 'SYNTAX', line: 1, column: 1, message: 'x' }
  const check = (change: object) => {
    const found: TemplateCheck = { problems: [{ ...problem, ...change }], variables: [], required: [] }
    return templateCheck.safeParse(found)
  }
  assert(check({}).success)
  assert(!check({ code: 'OTHER' }).success)
  assert(!check({ line: 0 }).success)
})

test('a trial says whether many tickets in one print look as each alone', () => {
  const trial: TemplateTrial = {
    problems: [],
    pageCount: 1,
    pdfBytes: 30_000,
    pixelTrue: true,
    printMs: 8,
    durationMs: 900,
    compared: [],
  }
  assert.deepEqual(templateTrial.parse(trial), trial)
  assert(!templateTrial.safeParse({ ...trial, pixelTrue: undefined }).success)
})

test('every problem is explained in a sentence', () => {
  for (const { when } of Object.values<TemplateProblemDescription>(templateProblemCodes)) assert.match(when, /^[A-Z].*\.$/)
})

test('labels are words by language and name', () => {
  const labels: TemplateLabels = { fr: { seat: 'Place' }, 'zh-Hant': { seat: '座位' } }
  assert(templateLabels.safeParse(labels).success)
  assert(!templateLabels.safeParse({ French: { seat: 'Place' } }).success)
  assert(!templateLabels.safeParse({ fr: { 'the seat': 'Place' } }).success)
  assert(!templateLabels.safeParse({ fr: { seat: 'x'.repeat(201) } }).success)
})

test('assets have plain names, and all of them fit into a filled ticket with the source', () => {
  assert(assetName.safeParse('logo-2').success)
  assert(!assetName.safeParse('../logo').success)
  assert((templateLimits.assetsBytes * 4) / 3 + templateLimits.sourceBytes < templateLimits.filledBytes)
  assert(assetTypes.every((type: AssetType) => /^(image|font)\//.test(type)))
})

test('a sheet is A4 with cut marks where nothing else is said', () => {
  const layout: SheetLayout = { paper: 'A4', columns: 2, cutMarks: true }
  assert.deepEqual(sheetLayout.parse({ columns: 2 }), layout)
})

test('every helper and variable of the template language says what it is for', () => {
  for (const [name, { use, meaning, block }] of Object.entries<TemplateHelper>(templateHelpers)) {
    assert(use.includes(block ? `{{#${name} ` : `{{${name} `), use)
    assert(meaning)
  }
  for (const { meaning, example } of Object.values<StandardVariable>(standardVariables)) assert(meaning && example)
})
