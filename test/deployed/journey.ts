import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { GetQueueUrlCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { openKeySecret } from '../../functions/aws/signing-key-secret.ts'
import { renderQueues } from '../../functions/contract/queues.ts'
import { batchStatusAnswer, detailedHealth, generateAnswer, ticketAnswer } from '../../functions/contract/schemas/answers.ts'
import { makeGuestLinks } from '../../functions/trust/guest-links.ts'
import { eventually } from '../fixtures/eventually.ts'
import { inspectPdf } from '../fixtures/running-service.ts'
import { checksSignatures, deploy, tell } from './deployment.ts'

const eventId = 7001
const batchGuests = Array.from({ length: 101 }, (_, at) => 100 + at)
const guestIds = { single: 1, refused: 2, admitted: 3, poison: 4 }

describe('the deployed service', () => {
  let service: Awaited<ReturnType<typeof deploy>>

  before(async () => {
    service = await deploy()
    const event = { title: 'Ada’s Ball', startsAt: '2027-06-12T19:00:00Z', timezone: 'Europe/Paris', location: 'Grand Hall' }
    await expect(200, service.call('PUT', `/api/events/${eventId}`, { body: event }))
    const guests = [...Object.values(guestIds), ...batchGuests].map(describeGuest)
    await expect(200, service.call('PUT', `/api/events/${eventId}/guests`, { body: { guests } }))
    tell(`event and ${guests.length} guests registered`)
  })

  after(async () => {
    await service?.stop()
  })

  test('one ticket is printed while its caller waits, and its guest link leads to a PDF with the QR code of the ticket', async () => {
    const made = await generate(guestIds.single)
    tell('one ticket generated')
    const { qrPayload } = ticketAnswer.parse((await expect(200, service.call('GET', `/api/tickets/${made.ticketId}`))).data)
    await assertPrinted(made, { qrPayload, name: 'Zoë Guest 1' })
  })

  test('guest links and the S3 URLs behind them are refused once they were changed or are past their time', async () => {
    const { ticketId, pdfUrl } = await generate(guestIds.refused)
    const open = async (address: string) => (await fetch(address, { redirect: 'manual' })).status
    assert.equal(await open(pdfUrl), 302)
    assert.equal(await open(pdfUrl.replace(/expires=\d/, 'expires=9')), 403)
    assert.equal(await open(pdfUrl.replace(`/pdf/${ticketId}`, `/pdf/${ticketId + 1}`)), 403)
    const past = makeGuestLinks({ secret: await readLinkSecret(), publicUrl: service.url, lifetimeDays: -1 })
    assert.equal(await open(past.make('pdf', ticketId)), 410)

    const file = new URL((await fetch(pdfUrl, { redirect: 'manual' })).headers.get('location') ?? '')
    assert.equal(await open(file.href), 200)
    assert.equal(await open(file.href.replace('X-Amz-Expires=300', 'X-Amz-Expires=3000')), 403)
    assert.equal(await open(file.href.replace('.pdf?', '.PDF?')), 403)
    const [, bucket = '', key = ''] = /^\/([^/]+)\/(.+)$/.exec(decodeURI(file.pathname)) ?? []
    const tenMinutesAgo = new Date(Date.now() - 600_000)
    const object = new GetObjectCommand({ Bucket: bucket, Key: key })
    assert.equal(await open(await getSignedUrl(new S3Client(), object, { expiresIn: 300, signingDate: tenMinutesAgo })), 403)
  })

  if (checksSignatures)
    test('only callers who sign, rightly, and are on the list of the stage may call the routes of Core', async () => {
      const status = async (key: typeof service.callers.core | null) => {
        const { status, json } = await service.call('GET', '/api/batches/unknown/status', { key })
        return `${status} ${json.error.code}`
      }
      // API Gateway does not tell a call without a signature from one to no route.
      assert.equal(await status(null), '404 ROUTE_NOT_FOUND')
      assert.equal(await status({ ...service.callers.core, secretAccessKey: 'wrong' }), '403 FORBIDDEN')
      assert.match(await status({ ...service.callers.core, accessKeyId: 'AKIAUNKNOWN000000000' }), /^4/)
      // API Gateway lets this one in, since their policy allows it; the function does not.
      assert.equal(await status(service.callers.stranger), '403 FORBIDDEN')
      assert.equal(await status(service.callers.core), '404 BATCH_NOT_FOUND')
      assert.equal((await service.call('GET', '/health', { key: null })).status, 200)
      assert.equal((await service.call('GET', '/.well-known/ticket-keys.json', { key: null })).status, 200)
    })

  test('a good code is valid and lets its guest in once', async () => {
    const { ticketId, ticketCode } = await generate(guestIds.admitted)
    const { qrPayload } = ticketAnswer.parse((await expect(200, service.call('GET', `/api/tickets/${ticketId}`))).data)
    const validate = async (body: object) => (await expect(200, service.call('POST', '/api/tickets/validate', { body }))).data
    assert.equal((await validate({ qr: qrPayload })).valid, true)
    assert.equal((await validate({ code: ticketCode })).valid, true)
    const forged = `${qrPayload.slice(0, -10)}${qrPayload.at(-10) === 'A' ? 'B' : 'A'}${qrPayload.slice(-9)}`
    assert.equal((await validate({ qr: forged })).reason, 'bad_signature')
    await expect(200, service.call('POST', `/api/tickets/${ticketId}/check-in`))
    const again = await service.call('POST', `/api/tickets/${ticketId}/check-in`)
    assert.deepEqual([again.status, again.json.error.code], [409, 'ALREADY_CHECKED_IN'])
    assert.equal((await validate({ qr: qrPayload })).reason, 'checked_in')
  })

  test('a batch goes through SQS into the renderers, and every ticket of it is a PDF of its own', async () => {
    await startBatch('journey-batch', batchGuests)
    const { tickets, generatedCount, failedCount } = await follow('journey-batch', 90_000)
    tell(`batch of ${batchGuests.length} done`)
    assert.deepEqual([generatedCount, failedCount, tickets.length], [batchGuests.length, 0, batchGuests.length])
    const pdfs = new Map<number, string>()
    for (const { guestId, pdfUrl } of tickets) pdfs.set(guestId, (await openLink(pdfUrl ?? '')).toString('base64'))
    assert.equal(new Set(pdfs.values()).size, batchGuests.length)
    tell('all of them downloaded')
    const [first, last] = [tickets[0], tickets.at(-1)]
    for (const ticket of [first, last]) {
      const { qrPayload, pdfUrl, ticketCode } = ticketAnswer.parse(
        (await expect(200, service.call('GET', `/api/tickets/${ticket?.ticketId}`))).data,
      )
      await assertPrinted({ pdfUrl: pdfUrl ?? '', ticketCode }, { qrPayload, name: `Zoë Guest ${ticket?.guestId}` })
    }
  })

  test('a chunk that breaks its renderer each time ends in the dead-letter queue, and its batch ends with the reason', async () => {
    // As it is deployed, a redelivery takes twelve minutes, and a chunk is given up after four.
    await shortenVisibility(renderQueues.high.name)
    await service.sql.unsafe(`
      CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'poison'; END $$;
      CREATE TRIGGER refuse_poison BEFORE UPDATE ON ticket_generation_logs FOR EACH ROW
        WHEN (NEW.guest_id = ${guestIds.poison} AND NEW.status = 'generated') EXECUTE FUNCTION refuse_poison()`)
    await startBatch('journey-poison', [guestIds.poison], 'high')
    const { tickets, failedCount } = await follow('journey-poison', 60_000)
    tell('poison settled by the dead-letter worker')
    assert.equal(failedCount, 1)
    assert.equal(tickets[0]?.error?.code, 'RENDER_FAILED')
    assert.match(tickets[0]?.error?.message ?? '', /failed several times/)
  })

  test('every part works, says the health for ops', async () => {
    const { status, json } = await service.call('GET', '/health/detailed')
    assert.equal(status, 200, JSON.stringify(json))
    const { dependencies, queues } = detailedHealth.parse(json)
    assert.deepEqual(dependencies, { database: true, storage: true, queues: true, renderer: true })
    assert.ok(queues['ticket-generation'] && queues['ticket-generation-high'])
  })

  async function generate(guestId: number) {
    const { data } = await expect(201, service.call('POST', '/api/tickets/generate', { body: { guestId, eventId } }))
    return generateAnswer.parse(data)
  }

  async function startBatch(batchId: string, guests: number[], priority = 'normal') {
    const body = { eventId, guestIds: guests, templateId: 1, options: { batchId, priority } }
    await expect(202, service.call('POST', '/api/tickets/batch', { body }))
  }

  /** Asks for a batch's status until it has ended. */
  async function follow(batchId: string, timeoutMs: number) {
    const read = async () =>
      batchStatusAnswer.parse((await expect(200, service.call('GET', `/api/batches/${batchId}/status?limit=1000`))).data)
    await eventually(`batch ${batchId} has ended`, async () => (await read()).status === 'completed', timeoutMs)
    return read()
  }
})

function describeGuest(guestId: number) {
  const email = `guest${guestId}@example.com`
  return { guestId, firstName: 'Zoë', lastName: `Guest ${guestId}`, email, ticketType: 'VIP' }
}

/** Returns the body of an answer with the expected status; any other fails the test with what it says. */
async function expect(status: number, answer: ReturnType<Awaited<ReturnType<typeof deploy>>['call']>) {
  const { status: given, bytes, json } = await answer
  assert.equal(given, status, bytes.toString())
  return json
}

/** Looks at a ticket with tools that know nothing of the service: one whole page that names the guest, with the code of the ticket. */
async function assertPrinted(
  ticket: { pdfUrl: string; ticketCode: string },
  { qrPayload, name }: { qrPayload: string; name: string },
) {
  const pdf = await inspectPdf(await openLink(ticket.pdfUrl))
  assert.match(pdf.check, /No syntax or stream encoding errors/)
  assert.match(pdf.info, /Pages: +1\n/)
  for (const text of ['Ada’s Ball', name, ticket.ticketCode]) assert.ok(pdf.text.includes(text), text)
  assert.equal(pdf.qr, qrPayload)
}

/** Opens a guest link and follows it to the file. */
async function openLink(link: string): Promise<Buffer> {
  const response = await fetch(link)
  const content = Buffer.from(await response.arrayBuffer())
  assert.equal(response.status, 200, `${link}: ${content}`)
  return content
}

async function readLinkSecret(): Promise<Buffer> {
  const { SecretList = [] } = await new SecretsManagerClient().send(new ListSecretsCommand({}))
  const [secret] = SecretList
  const { keys } = await openKeySecret(secret?.ARN ?? '').read()
  return Buffer.from(keys.links, 'base64')
}

/** Makes a failed message visible again after a second. */
async function shortenVisibility(queueName: string): Promise<void> {
  const sqs = new SQSClient()
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: `tickets-local-${queueName}` }))
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '1' } }))
}
