import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { GetQueueUrlCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { S3Client, GetObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { batchStatusAnswer, detailedHealth, generateAnswer, ticketAnswer } from '../../functions/contract/answers.ts'
import { renderQueues } from '../../functions/contract/queues.ts'
import { makeGuestLinks } from '../../functions/trust/guest-links.ts'
import { inspectPdf } from '../journeys/running-service.ts'
import { eventually } from '../local/eventually.ts'
import { deploy, tell } from './deployment.ts'

const eventId = 7001
const guestCount = 101
const poisonedGuest = 9999

describe('the deployed service', () => {
  let service: Awaited<ReturnType<typeof deploy>>

  before(async () => {
    service = await deploy()
    const event = { title: 'Ada’s Ball', startsAt: '2027-06-12T19:00:00Z', timezone: 'Europe/Paris', location: 'Grand Hall' }
    assert.equal((await service.call('PUT', `/api/events/${eventId}`, { body: event })).status, 200)
    const guests = [...guestIds(), poisonedGuest].map((guestId) => ({
      guestId,
      firstName: 'Zoë',
      lastName: `Guest ${guestId}`,
      email: `guest${guestId}@example.com`,
      ticketType: 'VIP',
    }))
    const { status, bytes } = await service.call('PUT', `/api/events/${eventId}/guests`, { body: { guests } })
    assert.equal(status, 200, bytes.toString())
    tell(`${guests.length} guests registered`)
  })

  after(async () => {
    await service?.stop()
  })

  const generate = async (guestId: number) => {
    const { status, json } = await service.call('POST', '/api/tickets/generate', { body: { guestId, eventId } })
    assert.equal(status, 201, JSON.stringify(json))
    return generateAnswer.parse(json.data)
  }
  const follow = async (batchId: string, patienceMs: number) => {
    const read = async () => {
      const { status, json } = await service.call('GET', `/api/batches/${batchId}/status?limit=1000`)
      assert.equal(status, 200, JSON.stringify(json))
      return batchStatusAnswer.parse(json.data)
    }
    await eventually(`batch ${batchId} is done`, async () => (await read()).status === 'completed', patienceMs)
    return read()
  }

  test('a single ticket is printed at once, and its guest link leads to the PDF with the QR code of the ticket', async () => {
    const made = await generate(1)
    tell('first ticket generated')
    const pdf = await inspectPdf(await openLink(made.pdfUrl))
    assert.match(pdf.check, /No syntax or stream encoding errors/)
    assert.match(pdf.info, /Pages: +1\n/)
    for (const text of ['Ada’s Ball', 'Zoë Guest 1', made.ticketCode]) assert.ok(pdf.text.includes(text), text)
    const { json } = await service.call('GET', `/api/tickets/${made.ticketId}`)
    assert.equal(pdf.qr, ticketAnswer.parse(json.data).qrPayload)
  })
})

function guestIds(): number[] {
  return Array.from({ length: guestCount }, (_, at) => at + 1)
}

async function openLink(link: string): Promise<Buffer> {
  const response = await fetch(link)
  assert.equal(response.status, 200, link)
  return Buffer.from(await response.arrayBuffer())
}
