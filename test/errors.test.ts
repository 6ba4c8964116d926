import assert from 'node:assert/strict'
import { test } from 'node:test'
import { QueueUnavailableError } from '../functions/aws/reach.ts'
import { StorageUnavailableError } from '../functions/aws/ticket-storage.ts'
import { errorCodes } from '../functions/contract/errors.ts'
import { DatabaseUnavailableError } from '../functions/database/unavailable.ts'
import { BrowserSupervisor } from '../functions/print/chromium/browser-supervisor.ts'

process.env.LOG_LEVEL = 'silent'
const { toServiceError } = await import('../functions/runtime/service-error.ts')

const fault = (facts: object) => Object.assign(new Error('fault'), facts)
const ENOSPC = fault({ code: 'ENOSPC' })
const EMFILE = fault({ code: 'EMFILE' })

const days: [title: string, error: unknown, code: keyof typeof errorCodes, message: RegExp][] = [
  ['the disk of PostgreSQL is full', fault({ code: '53100' }), 'DISK_FULL', /disk of the database is full/],
  ['PostgreSQL is read-only', fault({ code: '25006' }), 'DATABASE_READ_ONLY', /read-only/],
  ['PostgreSQL has no connection left', fault({ code: '53300' }), 'DATABASE_UNAVAILABLE', /no connection left/],
  ['PostgreSQL is out of memory', fault({ code: '53200' }), 'DATABASE_UNAVAILABLE', /out of memory/],
  ['PostgreSQL has too many open files', fault({ code: '53000' }), 'OUT_OF_FILES', /database has too many open files/],
  ['the temporary folder is full', ENOSPC, 'DISK_FULL', /temporary folder is full/],
  ['the temporary folder is full, told by what failed on it', fault({ cause: ENOSPC }), 'DISK_FULL', /temporary folder/],
  ['no file descriptor is left', EMFILE, 'OUT_OF_FILES', /service has too many open files/],
  ['no file descriptor is left to reach S3', new StorageUnavailableError(new AggregateError([EMFILE])), 'OUT_OF_FILES', /files/],
  ['the bucket is gone', new StorageUnavailableError(fault({ name: 'NoSuchBucket' })), 'STORAGE_UNAVAILABLE', /not exist/],
  [
    'the server of the bucket has a full disk',
    new StorageUnavailableError(fault({ $responseBodyText: '{"message":"ENOSPC: no space left on device, write"}' })),
    'DISK_FULL',
    /disk of the storage is full/,
  ],
  [
    'the queue is gone',
    new QueueUnavailableError('queue', fault({ name: 'QueueDoesNotExist' })),
    'QUEUE_UNAVAILABLE',
    /not exist/,
  ],
  [
    'the clock is wrong for S3',
    new StorageUnavailableError(fault({ name: 'RequestTimeTooSkewed' })),
    'CLOCK_WRONG',
    /storage refuses the request, because the clock/,
  ],
  ['a connection is lost', fault({ code: 'ECONNRESET' }), 'DATABASE_UNAVAILABLE', /database is unavailable/],
]

for (const [title, error, code, message] of days)
  test(`where ${title}, the answer says so, and that it is safe to retry`, () => {
    const answered = toServiceError(error)
    assert.equal(answered.code, code)
    assert.match(answered.message, message)
    assert.match(answered.message, /It is safe to retry/)
    assert.deepEqual([answered.status, 'retryAfterSeconds' in errorCodes[answered.code]], [503, true])
  })

test('a fault of PostgreSQL keeps its cause', () => {
  const cause = fault({ code: '53100' })
  assert.equal(new DatabaseUnavailableError(cause).cause, cause)
})

test('a browser that fails for lack of disk space is a fault of the machine, and of no ticket', async () => {
  // A file cannot hold the folder of Chromium.
  const options = { cacheFolder: `${import.meta.filename}/chromium` }
  const print = async (machineFault: Error | undefined) => {
    const supervisor = new BrowserSupervisor({ ...options, findFault: async () => machineFault })
    return toServiceError(await supervisor.use(1000, async () => undefined).catch((error) => error)).code
  }
  assert.equal(await print(ENOSPC), 'DISK_FULL')
  assert.equal(await print(EMFILE), 'OUT_OF_FILES')
  assert.equal(await print(undefined), 'RENDER_FAILED')
})
