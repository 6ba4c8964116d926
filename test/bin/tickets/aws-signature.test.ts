import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import { makeSigner, regionOf } from '../../../bin/tickets/aws-signature.ts'

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'

test('the region stands in an address of API Gateway, and in no other', () => {
  assert.equal(regionOf('https://abc123.execute-api.eu-west-3.amazonaws.com/prod'), 'eu-west-3')
  assert.equal(regionOf('http://localhost:3004'), undefined)
  assert.equal(regionOf('https://execute-api.eu-west-3.amazonaws.com.example.com'), undefined)
})

test('a call is signed as AWS Signature Version 4 wants it', async () => {
  process.env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE'
  process.env.AWS_SECRET_ACCESS_KEY = secret
  const address = 'https://abc123.execute-api.eu-west-3.amazonaws.com/prod/api/batches/b%3A1/status?limit=1&cursor=a%20b'
  const body = '{"eventId":456}'
  const headers = await makeSigner('eu-west-3')({ method: 'POST', address, body })
  const [, names = '', signature] = /SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? '') ?? []
  const all: Record<string, string> = { ...headers, host: new URL(address).host }
  const date = headers['x-amz-date'] ?? ''
  const canonical = [
    'POST',
    // The path is escaped once more than it was sent (AWS, "Create a canonical request").
    '/prod/api/batches/b%253A1/status',
    'cursor=a%20b&limit=1',
    ...names.split(';').map((name) => `${name}:${all[name]}`),
    '',
    names,
    createHash('sha256').update(body).digest('hex'),
  ].join('\n')
  const scope = `${date.slice(0, 8)}/eu-west-3/execute-api/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n')
  const key = scope
    .split('/')
    .reduce((key: string | Buffer, part) => createHmac('sha256', key).update(part).digest(), `AWS4${secret}`)
  assert.ok(names.includes('host'))
  assert.equal(signature, createHmac('sha256', key).update(toSign).digest('hex'))
})
