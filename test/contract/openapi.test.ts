import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import * as z from 'zod'
import { errorCodes } from '../../functions/contract/errors.ts'
import { noticeExample, noticeSchema, notices } from '../../functions/contract/notices.ts'
import { openApiDocument } from '../../functions/contract/openapi.ts'

const root = path.join(import.meta.dirname, '../..')
const folder = await mkdtemp(path.join(os.tmpdir(), 'openapi-'))
after(() => rm(folder, { recursive: true }))
const document = openApiDocument({ version: '1.0.0', url: 'https://tickets.example.com' })
const file = path.join(folder, 'openapi.json')
await writeFile(file, JSON.stringify(document))

/** Runs Redocly's command line, which sends no telemetry. */
async function redocly(...args: string[]) {
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  return await promisify(execFile)(process.execPath, [path.join(root, 'node_modules/.bin/redocly'), ...args], { env })
}

const operation = z.looseObject({
  tags: z.array(z.string()).length(1),
  summary: z.string().min(5),
  description: z.string().min(20),
  requestBody: z
    .object({ content: z.record(z.string(), z.looseObject({ schema: z.record(z.string(), z.unknown()) })) })
    .optional(),
  responses: z.record(
    z.string(),
    z.looseObject({
      content: z.record(z.string(), z.looseObject({})).optional(),
      headers: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
})
const operations = Object.entries(document.paths).flatMap(([at, methods]) =>
  Object.entries(methods).map(([method, described]) => ({ at: `${method} ${at}`, ...operation.parse(described) })),
)

test('the OpenAPI document says of every place of a route who may call it there', () => {
  const { paths } = document
  const validate = paths['/api/tickets/validate']?.post as { security: unknown }
  const atDoor = paths['/door/api/tickets/validate']?.post as { security: unknown; operationId: string }
  assert.deepEqual([validate.security, atDoor.security], [[{ sigv4: [] }], [{ doorPass: [] }]])
  assert.equal(atDoor.operationId, 'validate-ticket-at-door')
})

test('the OpenAPI document says which parameters a call cannot do without', () => {
  const { paths } = document
  const wallet = paths['/wallet/{ticketId}']?.get as { parameters: { name: string; required: boolean }[] }
  const needed = wallet.parameters.filter(({ required }) => required).map(({ name }) => name)
  assert.deepEqual(needed, ['ticketId', 'type'])
})

test('the OpenAPI document passes a public validator and describes every error code', async () => {
  assert.match((await redocly('lint', file, '--extends=spec')).stderr, /Your API description is valid/)
  const text = JSON.stringify(document)
  for (const [code, { when }] of Object.entries(errorCodes))
    assert.ok(text.includes(code) && text.includes(JSON.stringify(when).slice(1, -1)), code)
})

test('every type of notice is a webhook with an example that its schema takes', () => {
  assert.deepEqual(Object.keys(document.webhooks), Object.keys(notices))
  for (const [type, { data }] of Object.entries(notices)) {
    const { batchId, ...example } = noticeExample(type, data) as Record<string, unknown>
    assert.equal(batchId !== undefined, type === 'batch.completed')
    noticeSchema(type, data).parse(example)
  }
})

test('every operation has a chapter, and every body and answer a name of its own', () => {
  const inline = operations.flatMap(({ at, requestBody, responses }) => {
    const bodies = Object.values(requestBody?.content ?? {}).filter(({ schema }) => !schema.$ref)
    const answers = Object.values(responses).filter(({ content }) =>
      /"schema":\{(?!"\$ref"|"type":"object","properties":\{"success":\{[^}]*\},"data":\{"\$ref")/.test(
        JSON.stringify(content) ?? '',
      ),
    )
    return bodies.length + answers.length > 0 ? [at] : []
  })
  assert.deepEqual(
    inline,
    [],
    'Export the schema from functions/contract/schemas/, in a file that functions/contract/openapi/components.ts imports.',
  )
})

test('every error of the document has an example, and Retry-After where the service says when to ask again', () => {
  for (const { at, responses } of operations)
    for (const [status, { content, headers }] of Object.entries(responses)) {
      if (Number(status) < 400 || (status === '503' && at === 'get /health/detailed')) continue
      assert.ok(JSON.stringify(content).includes('#/components/examples/'), `${at} ${status}`)
      if (status === '429' || status === '503') assert.ok(headers?.['Retry-After'], `${at} ${status}`)
    }
})

// A new value of an enumeration in an answer is no breaking change: docs/versioning.md has consumers expect them.
test('no change since the last release breaks its consumers, unless the version says so', async () => {
  const released = path.join(root, 'test/contract/released-openapi.json')
  const report = await redocly('diff', released, file, '--format=json', '--skip-rule=enum-values-added', '--fail-on=none')
  const { changes } = z
    .object({
      changes: z.array(z.object({ path: z.string(), impact: z.string(), verdicts: z.array(z.object({ message: z.string() })) })),
    })
    .parse(JSON.parse(report.stdout))
  const breaking = changes.filter(({ impact }) => impact === 'major')
  assert.deepEqual(
    breaking.map(({ path: at, verdicts }) => `${at}: ${verdicts[0]?.message}`),
    [],
    'docs/versioning.md says what to do.',
  )
})
