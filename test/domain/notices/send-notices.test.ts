import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { TicketEvents, TopicMessage } from '../../../functions/aws/ticket-events.ts'
import { noticeSchema, notices } from '../../../functions/contract/notices.ts'
import { deleteSentNotices, measureNoticeLag, type NoticeRow } from '../../../functions/database/notices.ts'
import { messageOf, sendNotices } from '../../../functions/domain/notices/send-notices.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { service } from '../../fixtures/service.ts'

const { sql } = service
const eventId = nextEventId()
const clients = await openClients(['sql', 'topic'])

type Message = ReturnType<typeof messageOf>

/** A topic that remembers what it publishes; `meddle` decides what it answers. */
function listeningTopic(meddle: (ids: string[]) => ReturnType<TicketEvents['publish']>) {
  const heard: Message[] = []
  const publish = async (messages: TopicMessage[]) => {
    const outcome = await meddle(messages.map(({ id }) => id))
    heard.push(...messages.flatMap(({ id, body }) => (outcome.publishedIds.includes(id) ? [body as Message] : [])))
    return outcome
  }
  return { heard, topic: { publish } }
}

const working = () => listeningTopic(async (publishedIds) => ({ publishedIds, faults: [] }))
const revisionsOf = (heard: Message[]) => heard.map(({ data }) => Reflect.get(data, 'revision'))
let revision = 0

/** Makes changes of the event, each in a transaction of its own, and returns their revisions. */
async function change(count: number): Promise<number[]> {
  for (let at = 0; at < count; at++) await sql`UPDATE events SET revision = revision + 1 WHERE id = ${eventId}`
  revision += count
  return Array.from({ length: count }, (_, at) => revision - count + at + 1)
}

describe('sending notices', () => {
  before(async () => {
    await sendNotices(clients)
    await sql`INSERT INTO events (id, title) VALUES (${eventId}, 'Sent')`
  })

  test('publishes each change once, in order, however many', async () => {
    const revisions = await change(1203)
    const { heard, topic } = working()
    await sendNotices({ sql: clients.sql, topic })
    await sendNotices({ sql: clients.sql, topic })
    assert.deepEqual(revisionsOf(heard), revisions)
    const sequences = heard.map(({ sequence }) => sequence)
    assert.deepEqual(sequences, [...new Set(sequences)].toSorted())
  })

  test('publishes no change before it is committed, and of one ticket in the order of commits', async () => {
    const { heard, topic } = working()
    await sql.begin(async (transaction) => {
      await transaction`UPDATE events SET revision = revision + 1 WHERE id = ${eventId}`
      await sendNotices({ sql: clients.sql, topic })
      assert.deepEqual(heard, [])
    })
    revision += 1
    await change(1)
    await sendNotices({ sql: clients.sql, topic })
    assert.deepEqual(revisionsOf(heard), [revision - 1, revision])
  })

  for (const [moment, meddle] of Object.entries({
    'before it publishes': async () => Promise.reject(new Error('killed')),
    'between publishing and marking': async (ids: string[]) => {
      lost.push(...ids)
      throw new Error('killed')
    },
  }))
    test(`a sender that dies ${moment} loses nothing: the next one sends the same ids and sequences`, async () => {
      const revisions = await change(3)
      lost.length = 0
      await assert.rejects(sendNotices({ sql: clients.sql, topic: listeningTopic(meddle).topic }))
      const numbered = await sql`SELECT id, sequence FROM notices WHERE sent_at IS NULL ORDER BY sequence`
      assert.equal(numbered.length, 3)
      const { heard, topic } = working()
      await sendNotices({ sql: clients.sql, topic })
      assert.deepEqual(revisionsOf(heard), revisions)
      assert.deepEqual(
        heard.map(({ id, sequence }) => [Number(id), Number(sequence)]),
        numbered.map(({ id, sequence }) => [id, sequence]),
      )
      if (lost.length > 0)
        assert.deepEqual(
          lost,
          heard.map(({ id }) => id),
        )
    })

  test('a message that SNS refuses delays no other, and is tried again', async () => {
    const [first, second] = await change(2)
    const refusing = listeningTopic(async (ids) => ({ publishedIds: ids.slice(1), faults: [new Error('refused')] }))
    await assert.rejects(sendNotices({ sql: clients.sql, topic: refusing.topic }), AggregateError)
    assert.deepEqual(revisionsOf(refusing.heard), [second])
    const { heard, topic } = working()
    await sendNotices({ sql: clients.sql, topic })
    assert.deepEqual(revisionsOf(heard), [first])
  })

  test('concurrent senders share the work', async () => {
    const revisions = await change(1100)
    const { heard, topic } = working()
    await Promise.all([1, 2, 3].map(() => sendNotices({ sql: clients.sql, topic })))
    await sendNotices({ sql: clients.sql, topic })
    assert.deepEqual(
      revisionsOf(heard).toSorted((one, other) => one - other),
      revisions,
    )
  })

  test('the lag is the age of the oldest unsent notice', async () => {
    assert.equal(await measureNoticeLag(sql), 0)
    await change(2)
    await sql`UPDATE notices SET changed_at = NOW() - INTERVAL '1 minute' WHERE id = (SELECT MIN(id) FROM notices WHERE sent_at IS NULL)`
    assert.equal(Math.round(await measureNoticeLag(sql)), 60)
    await sendNotices(clients)
    assert.equal(await measureNoticeLag(sql), 0)
  })

  test('old notices are deleted once they were sent', async () => {
    const [{ before }] = await sql<[{ before: number }]>`SELECT COUNT(*) AS before FROM notices`
    await change(1)
    await sql`UPDATE notices SET sent_at = NOW() - INTERVAL '15 days' WHERE sent_at IS NOT NULL AND id % 2 = 0`
    const [{ old }] = await sql<[{ old: number }]>`SELECT COUNT(*) AS old FROM notices WHERE sent_at < NOW() - INTERVAL '14 days'`
    assert.equal(await deleteSentNotices(clients.sql, { days: 14, limit: 10_000 }), old)
    const [{ kept }] = await sql<[{ kept: number }]>`SELECT COUNT(*) AS kept FROM notices`
    assert.equal(kept, before + 1 - old)
    await sendNotices(clients)
  })
})

const lost: string[] = []

describe('the message of a notice', () => {
  const common = { id: 12, event_id: 456, changed_at: new Date('2030-01-02T03:04:05.678Z'), sequence: 42, data: {} }
  const ofTicket = { ...common, ticket_id: 7, guest_id: 123 }
  const envelope = { specversion: '1.0', id: '12', source: '/ticket-generator', time: '2030-01-02T03:04:05.678Z' }
  const rest = { datacontenttype: 'application/json', sequence: '0000000000000000042' }

  test('is a CloudEvent', () => {
    const row: NoticeRow = { ...ofTicket, type: 'ticket.checked_in' }
    assert.deepEqual(messageOf(row), {
      ...{ ...envelope, ...rest, type: 'ticket.checked_in', subject: 'tickets/7' },
      data: { eventId: 456, ticketId: 7, guestId: 123 },
    })
    noticeSchema('ticket.checked_in', notices['ticket.checked_in'].data).strict().parse(messageOf(row))
  })

  test('of a batch repeats its data at the top level', () => {
    const counts = { totalCount: 3, generatedCount: 1, failedCount: 1, cancelledCount: 1 }
    const facts = { batchId: 'b-1', jobId: 9, status: 'cancelled', ...counts, completedAt: '2030-01-02T03:04:05.678Z' }
    const message = messageOf({ ...common, type: 'batch.completed', ticket_id: null, guest_id: null, data: facts })
    const data = { eventId: 456, ...facts }
    assert.deepEqual(message, { ...data, ...envelope, ...rest, type: 'batch.completed', subject: 'batches/b-1', data })
    noticeSchema('batch.completed', notices['batch.completed'].data).parse(message)
  })

  test('of every other type matches the contract', () => {
    const rows: NoticeRow[] = [
      { ...ofTicket, type: 'ticket.generated' },
      { ...ofTicket, type: 'ticket.revoked' },
      { ...ofTicket, type: 'ticket.checked_out' },
      { ...ofTicket, type: 'ticket.reissued', data: { newTicketId: 8 } },
      { ...ofTicket, type: 'ticket.failed', data: { jobId: 9, code: 'RENDER_FAILED' } },
      { ...ofTicket, type: 'ticket.failed', ticket_id: null, data: { jobId: 9, code: 'GUEST_NOT_FOUND' } },
      { ...ofTicket, type: 'scan.double_entry', data: { scanId: crypto.randomUUID() } },
      { ...common, type: 'event.changed', ticket_id: null, guest_id: null, data: { revision: 2 } },
    ]
    for (const row of rows) noticeSchema(row.type, notices[row.type].data).strict().parse(messageOf(row))
  })
})
