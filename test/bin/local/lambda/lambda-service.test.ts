import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { type LambdaService, startLambdaService } from '../../../../bin/local/lambda/lambda-service.ts'
import { isRunning, listTree } from '../../../../bin/local/process/process-tree.ts'
import type { WorkerFunction } from '../../../../functions/contract/functions.ts'
import { eventually } from '../../../fixtures/eventually.ts'

const acting: WorkerFunction = {
  module: 'acting',
  purpose: 'Acts as the test asks.',
  trigger: { type: 'invoke' },
  timeoutSeconds: 10,
  uses: ['storage'],
  databaseRole: 'api',
  variables: ['MAX_FILE_SIZE'],
}
const functions = {
  acting,
  hasty: { ...acting, timeoutSeconds: 1 },
  broken: { ...acting, module: 'broken' },
  missing: { ...acting, module: 'missing' },
}

describe('the Invoke API', () => {
  let service: LambdaService
  let client: LambdaClient

  before(async () => {
    service = await startLambdaService({
      functions,
      moduleFolder: join(import.meta.dirname, '../../../fixtures/functions'),
      available: {
        PATH: process.env.PATH,
        AWS_REGION: 'us-east-1',
        TICKET_BUCKET: 't',
        MAX_FILE_SIZE: '1',
        SIGNING_KEYS_FILE: 'k',
      },
      databaseUrls: {
        ...{ owner: 'postgres://owner', api: 'postgres://api' },
        ...{ renderer: 'postgres://renderer', eraser: 'postgres://eraser' },
      },
      maximumEnvironments: 2,
      metrics: { append: () => undefined, record: () => undefined },
    })
    const credentials = { accessKeyId: 'a', secretAccessKey: 's' }
    client = new LambdaClient({ endpoint: service.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
  })
  after(async () => {
    client.destroy()
    await service.stop()
  })

  async function invoke(name: string, event: unknown) {
    const answer = await client.send(new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)) }))
    return { error: answer.FunctionError, payload: JSON.parse(Buffer.from(answer.Payload ?? []).toString()) }
  }

  test('answers with what the handler returned', async () => {
    const { error, payload } = await invoke('acting', { action: 'echo', text: 'é🎉' })
    assert.equal(error, undefined)
    assert.deepEqual(payload.event, { action: 'echo', text: 'é🎉' })
    assert.match(payload.requestId, /^[0-9a-f-]{36}$/)
  })

  test('knows a function by its ARN too', async () => {
    const { payload } = await invoke('arn:aws:lambda:us-east-1:000000000000:function:acting', { action: 'echo' })
    assert.equal(payload.event.action, 'echo')
  })

  test('tells the handler how much of its time remains', async () => {
    const { payload } = await invoke('acting', { action: 'remaining' })
    assert.ok(payload > 9000 && payload <= 10_000, String(payload))
  })

  test('describes an error that the handler throws, and keeps the environment', async () => {
    const { error, payload } = await invoke('acting', { action: 'fail' })
    assert.equal(error, 'Unhandled')
    assert.equal(payload.errorType, 'TypeError')
    assert.equal(payload.errorMessage, 'it was asked to')
  })

  test('describes an environment that exits or is killed, and starts another', async () => {
    const exited = await invoke('acting', { action: 'exit' })
    assert.equal(exited.error, 'Unhandled')
    assert.match(exited.payload.errorMessage, /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/)
    const killed = await invoke('acting', { action: 'die' })
    assert.equal(killed.payload.errorType, 'Runtime.ExitError')
    assert.match(killed.payload.errorMessage, /signal: killed$/)
    assert.equal((await invoke('acting', { action: 'echo' })).error, undefined)
  })

  test('ends a handler that outlives its timeout, also one that never yields', async () => {
    const { error, payload } = await invoke('hasty', { action: 'spin' })
    assert.equal(error, 'Unhandled')
    assert.equal(payload.errorType, 'Sandbox.Timedout')
    assert.match(payload.errorMessage, /Task timed out after 1\.00 seconds$/)
    // On a busy machine the one that takes its place may need longer to start than the function may run.
    await eventually('another takes its place', async () => {
      const answer = await invoke('hasty', { action: 'echo' }).catch(() => undefined)
      return answer?.payload.event?.action === 'echo'
    })
  })

  test('ends what a handler started together with it', async () => {
    const ended = invoke('hasty', { action: 'hang with a child' })
    const environments = () => listTree(process.pid).slice(1)
    const tree = () =>
      environments()
        .map(listTree)
        .find((pids) => pids.length > 1) ?? []
    await eventually('a child', () => tree().length > 1)
    const pids = tree()
    await ended
    await eventually('neither runs', () => !pids.some(isRunning), 1000)
  })

  test('describes a module that cannot be loaded', async () => {
    const { error, payload } = await invoke('broken', {})
    assert.equal(error, 'Unhandled')
    assert.equal(payload.errorType, 'Runtime.ImportModuleError')
    assert.equal(payload.errorMessage, 'this module cannot be loaded')
    assert.equal((await invoke('missing', {})).payload.errorType, 'Runtime.ImportModuleError')
  })

  test('refuses an unknown function as AWS does', async () => {
    await assert.rejects(invoke('unknown', {}), { name: 'ResourceNotFoundException' })
  })

  test('refuses a payload that is not JSON', async () => {
    const command = new InvokeCommand({ FunctionName: 'acting', Payload: Buffer.from('{') })
    await assert.rejects(client.send(command), { name: 'InvalidRequestContentException' })
  })

  test('refuses payloads of more than 6 MB both ways', async () => {
    const Payload = Buffer.from(JSON.stringify('x'.repeat(6 * 1024 * 1024)))
    await assert.rejects(client.send(new InvokeCommand({ FunctionName: 'acting', Payload })), {
      name: 'RequestTooLargeException',
    })
    const { error, payload } = await invoke('acting', { action: 'large' })
    assert.equal(error, 'Unhandled')
    assert.equal(payload.errorType, 'Function.ResponseSizeTooLarge')
  })

  test('takes an asynchronous invocation at once', async () => {
    const command = new InvokeCommand({
      FunctionName: 'acting',
      InvocationType: 'Event',
      Payload: Buffer.from('{"action":"echo"}'),
    })
    assert.equal((await client.send(command)).StatusCode, 202)
  })

  test('runs one invocation at a time in each of its environments, which stay warm', async () => {
    const events = Array.from({ length: 8 }, () => invoke('acting', { action: 'wait', milliseconds: 250 }))
    const runs = (await Promise.all(events)).map(({ payload }) => payload)
    const byProcess = Object.values(Object.groupBy(runs, ({ pid }) => pid))
    assert.equal(byProcess.length, 2)
    for (const own of byProcess) {
      const inOrder = (own ?? []).toSorted((a, b) => a.startedAt - b.startedAt)
      assert.ok(inOrder.every((run, index) => index === 0 || run.startedAt >= inOrder[index - 1].endedAt))
    }
  })

  test('rejects an invocation that waited as long as the function may run', async () => {
    // On a busy machine an environment may take longer to start than that.
    await eventually('both environments are warm', async () => {
      const runs = [1, 2].map(() => invoke('hasty', { action: 'wait', milliseconds: 100 }).catch(() => undefined))
      return new Set((await Promise.all(runs)).flatMap((run) => run?.payload.pid ?? [])).size === 2
    })
    const runs = Array.from({ length: 6 }, () => invoke('hasty', { action: 'wait', milliseconds: 900 }))
    const outcomes = await Promise.allSettled(runs)
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    assert.ok(refused.length >= 2 && refused.length <= 4, String(refused.length))
    for (const { reason } of refused) assert.equal(reason.name, 'TooManyRequestsException')
  })

  test('gives a function what its contract names and nothing else', async () => {
    const { payload } = await invoke('acting', { action: 'variables' })
    const names = Object.keys(payload).filter((name) => !/^(NODE|MALLOC)_/.test(name))
    assert.deepEqual(names.toSorted(), ['AWS_ENDPOINT_URL_LAMBDA', 'AWS_REGION', 'MAX_FILE_SIZE', 'PATH', 'TICKET_BUCKET'])
  })
})
