import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { repairKeyIds } from '../../functions/database/revocations.ts'
import { compactHeadOf, writeCompactPayload } from '../../functions/trust/qr-payload.ts'
import { service } from '../fixtures/service.ts'

const migrations = path.join(import.meta.dirname, '../../migrations')
const facts = { ticketCode: 'TC-2026-7ZK3M9QX4T2B', eventId: 1, guestId: 1, issuedAt: new Date(0), expiresAt: null }
const payloadOf = (kid: number) => writeCompactPayload(kid, facts, () => Buffer.alloc(64))
const undo = new Error('undo')

test('migration 0009 keeps the key ids that the database computed, and those of its last version are repaired', async () => {
  const work = service.sql.begin(async (transaction) => {
    const apply = async (file: string) => await transaction.unsafe(await readFile(path.join(migrations, file), 'utf8'))
    const insert = async (id: number, payload: string) =>
      await transaction`
        INSERT INTO generated_tickets (id, job_id, ticket_code, qr_code_data, guest_id, event_id, template_id, template_version)
        VALUES (${id}, 1, ${`code-${id}`}, ${payload}, ${id}, 1, 1, 1)`
    const keyIds = async () => (await transaction`SELECT key_id FROM generated_tickets ORDER BY id`).map(({ key_id }) => key_id)
    await transaction.unsafe('CREATE SCHEMA key_id_test; SET LOCAL search_path = key_id_test')
    await apply('0001_tickets.sql')
    await apply('0002_doors.sql')
    await transaction.unsafe(`
      ALTER TABLE generated_tickets DROP CONSTRAINT generated_tickets_job_id_fkey;
      ALTER TABLE generated_tickets DROP CONSTRAINT generated_tickets_event_id_guest_id_fkey;
      ALTER TABLE generated_tickets DROP CONSTRAINT generated_tickets_template_id_template_version_fkey`)
    for (const [index, payload] of [payloadOf(0), payloadOf(77), payloadOf(255), '{"ticketId":1}'].entries())
      await insert(index + 1, payload)
    assert.deepEqual(await keyIds(), [0, 77, 255, null])

    await apply('0009_key_id.sql')
    assert.deepEqual(await keyIds(), [0, 77, 255, null])

    // What the version before does until it is replaced: new tickets, and tickets signed anew.
    await insert(5, payloadOf(77))
    await transaction`UPDATE generated_tickets SET qr_code_data = ${payloadOf(77)} WHERE id = 1`
    for (const _ of ['first', 'again']) {
      await repairKeyIds(transaction as never, 77, compactHeadOf(77))
      assert.deepEqual(await keyIds(), [77, 77, 255, null, 77])
    }
    throw undo
  })
  await assert.rejects(work, undo)
})
