import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { StorageUnavailableError } from '../../../functions/aws/ticket-storage.ts'
import { guestExport } from '../../../functions/contract/schemas/guest-export.ts'
import { eraseGuest } from '../../../functions/domain/erasures/erase.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { heard, service } from '../../fixtures/batches.ts'
import { untilBlocked } from '../../fixtures/blocked-sessions.ts'
import { downloaded, erase, newPerson, pathOf, personPage, traces, uploadList } from '../../fixtures/erasures.ts'
import { nextEventId } from '../../fixtures/ids.ts'

const { accept, call, ended, publish, registerGuests, request, sql } = service
const { storage } = await openClients(['storage'])

describe('erasing a guest', () => {
  test('leaves nothing of them in any table, object or queue, and everybody else as they were', async () => {
    const eventId = nextEventId()
    const [person, other] = [newPerson(), newPerson()]
    await registerGuests(eventId, 3, (guestId) => (guestId === 1 ? person : guestId === 2 ? other : {}))
    const templateId = await publish(personPage)
    const { batchId } = await accept({ eventId, guestIds: [1, 2, 3], templateId })
    const [first, second] = (await ended(batchId)).tickets
    await request('POST', `/api/tickets/${first?.ticketId}/check-in`, { gate: 'North' })
    const reissued = await request<{ ticketId: number; pdfUrl: string }>(
      'POST',
      `/api/tickets/${first?.ticketId}/reissue`,
      undefined,
      201,
    )
    const ticket = await request<{ links: { pngUrl: string } }>('GET', `/api/tickets/${reissued.ticketId}`)
    assert.equal((await fetch(ticket.links.pngUrl)).status, 200)
    for (const format of ['pdf', 'zip']) await downloaded(`/api/batches/${batchId}/download?format=${format}`)
    await uploadList(eventId, [{ guestId: 1, data: person }])
    await leaveTraces(person, { eventId, ticketId: reissued.ticketId })
    const before = await traces(person)
    assert.deepEqual(
      [...new Set(before.map((place) => place.split('/')[0]))],
      ['downloads', 'guests', 'templates', 'ticket_generation_logs', 'tickets', 'uploads'],
    )
    const exported = guestExport.strict().parse(await request('GET', `${pathOf(eventId, 1)}/export`))
    assert.deepEqual([exported.guest.email, exported.tickets.length, exported.wallets.length], [person.email, 2, 1])
    const ofOthers = await traces(other)

    const { erasedAt } = await erase(eventId, 1)
    assert.deepEqual(await traces(person), [])
    const fewer = (places: string[]) => places.filter((place) => !place.startsWith('downloads/'))
    assert.deepEqual(fewer(await traces(other)), fewer(ofOthers))
    assert.deepEqual(await erase(eventId, 1), { eventId, guestId: 1, erasedAt })

    const [link, known] = await Promise.all([
      call('GET', new URL(reissued.pdfUrl).pathname + new URL(reissued.pdfUrl).search),
      request<object>('GET', `/api/tickets/${reissued.ticketId}`),
    ])
    assert.equal(link.status, 410)
    assert.partialDeepStrictEqual(known, { status: 'revoked', guest: { id: 1, firstName: '', lastName: '' } })
    assert.equal((await call('GET', `${pathOf(eventId, 1)}/export`)).status, 404)
    const codes =
      await sql`SELECT checked_in_at IS NOT NULL AS was_in, revoked_at IS NOT NULL AS revoked FROM generated_tickets WHERE event_id = ${eventId} AND guest_id = 1`
    assert.deepEqual(
      [...codes],
      [
        { was_in: true, revoked: true },
        { was_in: true, revoked: true },
      ],
    )
    const notices = await sql`SELECT type, guest_id, data FROM notices WHERE event_id = ${eventId} AND type = 'guest.erased'`
    assert.deepEqual([...notices], [{ type: 'guest.erased', guest_id: 1, data: {} }])
    await heard(batchId)
    assert.deepEqual(await traces(person), [])
    assert.equal((await downloaded(`/api/batches/${batchId}/download?format=pdf`)).status, 200)
    assert.equal((await call('GET', `/api/tickets/${second?.ticketId}`)).json.data.status, 'generated')
  })

  test('leaves their id to somebody new, whom the old tickets never show', async () => {
    const eventId = nextEventId()
    const [former, later] = [newPerson(), newPerson()]
    const generate = (data?: object) => call('POST', '/api/tickets/generate', { eventId, guestId: 1, data })
    await registerGuests(eventId, 1, () => former)
    const old = (await generate()).json.data
    await erase(eventId, 1)
    assert.equal((await generate()).status, 422)
    const counts = await request<object>('PUT', `/api/events/${eventId}/guests`, { guests: [{ guestId: 1, ...later }] })
    assert.partialDeepStrictEqual(counts, { createdCount: 1, updatedCount: 0 })
    const made = (await generate()).json.data
    assert.notEqual(made.ticketCode, old.ticketCode)
    assert.equal((await call('GET', `/api/tickets/${made.ticketId}`)).json.data.guest.firstName, later.firstName)
    assert.equal((await call('GET', `/api/tickets/${old.ticketId}`)).json.data.guest.firstName, '')
    const exported = guestExport.parse(await request('GET', `${pathOf(eventId, 1)}/export`))
    assert.deepEqual(
      exported.tickets.map(({ ticketId }) => ticketId),
      [made.ticketId],
    )
    await erase(eventId, 1)
    assert.deepEqual(await traces(later), [])
  })

  test('of whom a batch knows more than the registry keeps the batch from registering them', async () => {
    const eventId = nextEventId()
    const person = newPerson()
    await registerGuests(eventId, 1)
    const { jobId } = await accept({ eventId, guestIds: [1] })
    const [item] = await sql<{ id: number }[]>`
      WITH job AS (UPDATE generation_jobs SET completed_at = NULL, status = 'processing' WHERE id = ${jobId} RETURNING id)
      INSERT INTO ticket_generation_logs (job_id, guest_id, given) SELECT id, 7, ${sql.json(person)} FROM job RETURNING id`
    await erase(eventId, 7)
    assert.deepEqual(await traces(person), [])
    const [{ status, given } = {}] = await sql`SELECT status, given FROM ticket_generation_logs WHERE id = ${item?.id ?? 0}`
    assert.deepEqual([status, given], ['failed', null])
  })

  test('is finished by a repeated call where the storage failed', async () => {
    const eventId = nextEventId()
    const person = newPerson()
    await registerGuests(eventId, 1, () => person)
    await request('POST', '/api/tickets/generate', { eventId, guestId: 1, templateId: await publish(personPage) }, 201)
    const broken = { ...storage, removeFolder: () => Promise.reject(new StorageUnavailableError('down')) }
    const clients = { sql: sql as unknown as Parameters<typeof eraseGuest>[0]['sql'], storage: broken }
    await assert.rejects(eraseGuest(clients, { eventId, guestId: 1 }), StorageUnavailableError)
    assert.equal((await traces(person)).length, 1)
    await erase(eventId, 1)
    assert.deepEqual(await traces(person), [])
  })

  test('answers concurrent calls alike, also if somebody registers the id before they have answered', async () => {
    const eventId = nextEventId()
    await registerGuests(eventId, 1)
    const calls: ReturnType<typeof call>[] = []
    await sql.begin(async (holding) => {
      await holding`SELECT FROM guests WHERE event_id = ${eventId} FOR UPDATE`
      calls.push(call('DELETE', pathOf(eventId, 1)), call('DELETE', pathOf(eventId, 1)))
      await untilBlocked(sql, holding, 2)
      calls.push(call('PUT', `/api/events/${eventId}/guests`, { guests: [{ guestId: 1, ...newPerson() }] }))
      await untilBlocked(sql, holding, 3)
    })
    const [first, second, registered] = await Promise.all(calls)
    assert.deepEqual([first?.status, second?.status, registered?.status], [200, 200, 200])
    assert.deepEqual(first?.json.data, second?.json.data)
    assert.equal(registered?.json.data.createdCount, 1)
  })

  test('answers 404 for an unknown event and a guest who was never registered', async () => {
    const eventId = nextEventId()
    const code = async () => (await call('DELETE', pathOf(eventId, 9))).json.error.code
    assert.equal(await code(), 'EVENT_NOT_FOUND')
    assert.equal((await call('DELETE', `/api/events/${eventId}`)).json.error.code, 'EVENT_NOT_FOUND')
    await registerGuests(eventId, 1)
    assert.equal(await code(), 'GUEST_NOT_FOUND')
  })
})

/** Writes the person where only rare paths do: a template's sample, a failure, a cancelled item; and registers a wallet. */
async function leaveTraces(
  person: { firstName: string; lastName: string; email: string },
  { eventId, ticketId }: { eventId: number; ticketId: number },
) {
  const templateId = await publish(personPage)
  const { firstName, lastName, email } = person
  await sql`UPDATE templates SET sample = ${sql.json({ firstName, lastName, email })} WHERE id = ${templateId}`
  await sql`INSERT INTO wallet_registrations (wallet, ticket_id) VALUES ('google', ${ticketId})`
  const [job] = await sql<{ job_id: number }[]>`SELECT job_id FROM generated_tickets WHERE event_id = ${eventId} LIMIT 1`
  const jobId = job?.job_id ?? 0
  await sql`
    INSERT INTO ticket_generation_logs (job_id, guest_id, ticket_id, status, message, details) VALUES
      (${jobId}, 1, ${ticketId}, 'failed', ${firstName}, ${sql.json({ code: 'TEMPLATE_INVALID', details: [{ path: 'a', problem: email }] })})`
  await sql`INSERT INTO ticket_generation_logs (job_id, guest_id, status, given) VALUES (${jobId}, 1, 'cancelled', ${sql.json({ lastName })})`
}
