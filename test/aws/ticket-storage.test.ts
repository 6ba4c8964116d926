import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { openTicketStorage, StorageUnavailableError } from '../../functions/aws/ticket-storage.ts'

// S3 as a function meets it that may list one folder alone: it does not say of an object whether it is missing or denied.
const stored = ['tickets/1/1/denied.pdf', 'tickets/1/1/missing.pdf.old']
const versions = ['first', 'second', 'third'].map((id) => {
  const modified = id === 'third' ? '2030-01-01T00:00:00Z' : '2024-01-01T00:00:00Z'
  const tag = id === 'second' ? 'DeleteMarker' : 'Version'
  return `<${tag}><Key>tickets/7/8/a.pdf</Key><VersionId>${id}</VersionId><LastModified>${modified}</LastModified></${tag}>`
})
const deletions: string[] = []
const s3 = createServer(async (request, response) => {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost')
  if (request.method === 'POST') {
    deletions.push(await text(request))
    return void response.end('<DeleteResult></DeleteResult>')
  }
  if (searchParams.has('versions')) {
    const [first, ...others] = versions
    const next = searchParams.get('key-marker')
      ? others.join('')
      : `${first}<NextKeyMarker>tickets/7/8/a.pdf</NextKeyMarker><IsTruncated>true</IsTruncated>`
    return void response.end(`<ListVersionsResult>${next}</ListVersionsResult>`)
  }
  const prefix = searchParams.get('prefix')
  if (prefix === null) return void response.writeHead(403).end()
  const contents = stored.filter((key) => key.startsWith(prefix)).map((key) => `<Contents><Key>${key}</Key></Contents>`)
  response.end(`<ListBucketResult>${contents.join('')}</ListBucketResult>`)
})
before(async () => {
  await new Promise<void>((resolve) => s3.listen(0, '127.0.0.1', resolve))
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(s3.address() as AddressInfo).port}`,
    ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
  })
})
after(() => s3.close())

test('an object that S3 refuses counts as absent where a listing of its folder lacks it', async () => {
  const storage = openTicketStorage('tickets', { forcePathStyle: true })
  assert.equal(await storage.exists('tickets/1/1/missing.pdf'), false)
  assert.equal(await storage.read('tickets/1/1/missing.pdf'), undefined)
})

test('clearing a folder deletes all versions and marks of deletion in it that are old enough, page by page', async () => {
  await openTicketStorage('tickets', { forcePathStyle: true }).removeFolder('tickets/7/8/', new Date('2025-01-01'))
  assert.deepEqual(
    deletions.map((body) => [...body.matchAll(/<VersionId>(\w+)</g)].map(([, id]) => id)),
    [['first'], ['second']],
  )
})

test('an upload that S3 refuses counts as absent: its reader may not list the folder', async () => {
  const storage = openTicketStorage('tickets', { forcePathStyle: true })
  assert.equal(await storage.findUpload('uploads/1/missing'), undefined)
})

test('an object that is stored and refused is a fault of the storage', async () => {
  const storage = openTicketStorage('tickets', { forcePathStyle: true })
  await assert.rejects(storage.exists('tickets/1/1/denied.pdf'), StorageUnavailableError)
  await assert.rejects(storage.read('tickets/1/1/denied.pdf'), StorageUnavailableError)
})
