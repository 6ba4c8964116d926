import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { writeFailure } from '../../../../bin/local/gateway/gateway-failures.ts'
import { openStorageProxy } from '../../../../bin/local/gateway/storage-proxy.ts'
import { closeServer, listen } from '../../../../bin/local/http/http-server.ts'
import { localCredentials, startAws } from '../../../../bin/local/queues/aws.ts'
import { openTicketStorage } from '../../../../functions/aws/ticket-storage.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'storage-proxy-'))
const aws = await startAws(folder, 'tickets', 'topic')
const server = createServer(async (request, response) => {
  const failure = await proxy.answer(request, response)
  if (failure) writeFailure(response, 'request-1', failure)
})
const publicUrl = `http://localhost:${await listen(server, { host: '127.0.0.1', port: 0 })}`
const proxy = openStorageProxy(aws, `${publicUrl}/behind/a/path`)
after(async () => {
  await closeServer(server, 0)
  await aws.stop()
  rmSync(folder, { recursive: true })
})
Object.assign(process.env, {
  ...{ AWS_ENDPOINT_URL: aws.endpoint, AWS_REGION: aws.region },
  ...{ AWS_ACCESS_KEY_ID: localCredentials.accessKeyId, AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey },
})
const storage = openTicketStorage('tickets', { forcePathStyle: true, publicUrl: proxy.publicUrl })
const key = await storage.store({ eventId: 1, ticketId: 2, ticketCode: 'TC-1' }, Buffer.from('%PDF-'))
const link = await storage.presign(key)

test('a presigned link leads to the public address, and to the file', async () => {
  assert.equal(new URL(link).origin, publicUrl)
  const response = await fetch(link)
  assert.equal(response.headers.get('content-disposition'), 'inline; filename="TC-1.pdf"')
  assert.equal(await response.text(), '%PDF-')
})

test('a presigned link to upload takes an object of its type, and no other', async () => {
  const upload = await storage.presignUpload('guest-lists/1.csv', { type: 'text/csv', expiresSeconds: 60 })
  const put = (type: string) => fetch(upload, { method: 'PUT', headers: { 'content-type': type }, body: 'guestId\n1' })
  assert.equal((await put('text/html')).status, 403)
  const copied = { 'content-type': 'text/csv', 'x-amz-copy-source': `/tickets/${key}` }
  assert.equal((await fetch(upload, { method: 'PUT', headers: copied })).status, 403)
  assert.equal((await put('text/csv')).status, 200)
  assert.equal(Buffer.from((await storage.read('guest-lists/1.csv')) ?? []).toString(), 'guestId\n1')
})

test('anything but a link as it was signed is refused', async () => {
  const changed = (name: string, value: string) => {
    const url = new URL(link)
    url.searchParams.set(name, value)
    return url.href
  }
  const signedAt = new URL(link).searchParams.get('X-Amz-Date') ?? ''
  const refused: [string, RequestInit?][] = [
    [link.split('?')[0] ?? ''],
    [`${publicUrl}/tickets/?list-type=2`],
    [`${link}0`],
    [link.replace(key, key.replace('/2/', '/3/'))],
    [link.replace(key, '%')],
    [changed('X-Amz-Expires', '604800')],
    [changed('X-Amz-Date', signedAt.replace(/^20../, '2000'))],
    [changed('response-content-type', 'text/html')],
    [`${link}&acl`],
    [link, { method: 'DELETE' }],
    [link, { method: 'PUT', body: 'other' }],
  ]
  for (const [url, init] of refused) assert.equal((await fetch(url, init)).status, 403, `${init?.method} ${url}`)
  assert.equal(await (await fetch(link)).text(), '%PDF-')
})
