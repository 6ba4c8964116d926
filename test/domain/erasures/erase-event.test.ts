import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { localBucket } from '../../../bin/local/service-environment.ts'
import { eventErasure } from '../../../functions/contract/schemas/erasures.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { service } from '../../fixtures/batches.ts'
import { newPerson, personPage, traces, uploadList } from '../../fixtures/erasures.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { nextEventId } from '../../fixtures/ids.ts'

const { accept, awsEndpoint, ended, publish, registerGuests, request, sql } = service
const { storage, eraser } = await openClients(['storage', 'eraser'])
/** Does what the clock has done each minute: another run, or this one, which may be under way, ends with everything cleared. */
const goOn = () => eraser.ask({}).catch(() => undefined)

test('erasing an event erases all guests whom it has, and of those who come later neither the data nor a file', async () => {
  const eventId = nextEventId()
  const person = newPerson()
  await registerGuests(eventId, 600, () => person)
  const templateId = await publish(personPage)
  await ended((await accept({ eventId, guestIds: [1, 2, 3], templateId })).batchId)
  assert.ok((await traces(person)).length > 3)
  eventErasure.strict().parse(await request('DELETE', `/api/events/${eventId}`, undefined, 202))
  await eventually('nothing is left', async () => (await traces(person)).length === 0)

  const later = newPerson()
  await request('PUT', `/api/events/${eventId}/guests`, { guests: [{ guestId: 601, ...later }] })
  const { ticketId } = await request<{ ticketId: number }>('POST', '/api/tickets/generate', { eventId, guestId: 601 }, 201)
  const guestListId = await uploadList(eventId, [{ guestId: 601 }])
  // A renderer that had read the name before stores its file afterwards.
  const [{ id } = {}] = await sql`SELECT id FROM generated_tickets WHERE event_id = ${eventId} AND guest_id = 1`
  const s3 = new S3Client({ endpoint: awsEndpoint, forcePathStyle: true })
  await s3.send(new PutObjectCommand({ Bucket: localBucket, Key: `tickets/${eventId}/${id}/0.pdf`, Body: person.email }))
  await goOn()
  const [{ erased, kept } = {}] = await sql`
    SELECT COUNT(erased_at) AS erased, COUNT(*) - COUNT(erased_at) AS kept FROM guests WHERE event_id = ${eventId}`
  assert.deepEqual([erased, kept], [600, 1])
  assert.deepEqual(await traces(person), [])
  const [{ pdf_file_path } = {}] = await sql`SELECT pdf_file_path FROM generated_tickets WHERE id = ${ticketId}`
  assert.ok(await storage.exists(pdf_file_path), 'the file of a guest who came later stays')
  assert.ok(await storage.findUpload(`uploads/${eventId}/${guestListId}`), 'a guest list that came later stays')
})

test('an id that somebody else has since the request is not erased with the event', async () => {
  const eventId = nextEventId()
  await registerGuests(eventId, 2)
  await sql`UPDATE events SET erase_requested_at = NOW() - INTERVAL '1 hour' WHERE id = ${eventId}`
  await sql`UPDATE guests SET created_at = NOW() - INTERVAL '2 hours' WHERE event_id = ${eventId} AND id = 1`
  await sql`SELECT erase_guests(${eventId}, '{1,2}', TRUE)`
  const rows = await sql`SELECT id FROM guests WHERE event_id = ${eventId} AND erased_at IS NULL`
  assert.deepEqual([...rows], [{ id: 2 }])
})

test('an event is erased by itself once its retention is over', async () => {
  const eventId = nextEventId()
  const person = newPerson()
  await registerGuests(eventId, 1, () => person)
  const past = {
    title: 'Past',
    startsAt: '2024-01-01T10:00:00Z',
    endsAt: '2024-01-02T10:00:00Z',
    timezone: 'UTC',
    location: 'Paris',
  }
  await request('PUT', `/api/events/${eventId}`, past)
  await goOn()
  assert.deepEqual(await traces(person), ['guests'])
  const answer = await request<object>('PUT', `/api/events/${eventId}`, { ...past, retentionDays: 30 })
  assert.partialDeepStrictEqual(answer, { retentionDays: 30 })
  await goOn()
  assert.deepEqual(await traces(person), [])
})
