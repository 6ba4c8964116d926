import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import postgres from 'postgres'
import { roleUrls } from '../../bin/local/postgres/roles.ts'
import { service } from '../fixtures/service.ts'

/** Lists all that the renderer may do, by table: the whole table, or the columns. What is not here is refused. */
const rendererMay: Record<string, Record<string, string>> = {
  events: { SELECT: 'branding details ends_at id location revision starts_at timezone title' },
  guests: { SELECT: 'data email event_id first_name id last_name locale revision ticket_type' },
  templates: { SELECT: 'all' },
  template_assets: { SELECT: 'all' },
  template_version_assets: { SELECT: 'all' },
  archived_templates: { SELECT: 'all' },
  generation_jobs: { SELECT: 'all', UPDATE: 'completed_at notified_at status' },
  ticket_generation_logs: {
    SELECT: 'created_at guest_id id job_id status ticket_id',
    UPDATE: 'details message status updated_at',
  },
  generated_tickets: {
    SELECT:
      'created_at erased_at event_id guest_id id job_id pdf_file_path qr_code_data qr_options template_id template_version ticket_code',
    UPDATE: 'generated_at pdf_bytes pdf_file_path printed_at printed_facts updated_at',
  },
  untidy_tickets: { SELECT: 'ticket_id', INSERT: 'ticket_id', UPDATE: 'since' },
}

/** Lists all that the eraser may do besides calling `erase_guests`. */
const eraserMay: typeof rendererMay = {
  events: {
    SELECT: 'ends_at erase_finished_at erase_requested_at id retention_days starts_at',
    UPDATE: 'erase_finished_at erase_requested_at',
  },
  guests: { SELECT: 'created_at erased_at event_id id' },
  generation_jobs: { SELECT: 'completed_at created_at event_id id' },
  ticket_generation_logs: { SELECT: 'given guest_id job_id status ticket_id' },
  generated_tickets: { SELECT: 'erased_at id' },
  erased_folders: { SELECT: 'all', DELETE: 'all' },
  wallet_registrations: { SELECT: 'delete_after', DELETE: 'all' },
}

const refused = { code: '42501' }

describe('the database roles', () => {
  const urls = roleUrls(service.databaseUrl)
  const renderer = postgres(urls.renderer, { max: 1 })
  const api = postgres(urls.api, { max: 1 })
  const eraser = postgres(urls.eraser, { max: 1 })

  after(() => Promise.all([renderer.end(), api.end(), eraser.end()]))

  test('the renderer may read what it prints and settle it, and nothing else of any table', async () => {
    assert.deepEqual(await readGrants('ticket_renderer'), rendererMay)
  })

  test('the eraser may erase, find what is to be erased, and nothing else of any table', async () => {
    assert.deepEqual(await readGrants('ticket_eraser'), eraserMay)
  })

  test('the renderer is refused doors, scans, the audit, and the columns of others', async () => {
    for (const statement of [
      'SELECT * FROM doors',
      'SELECT * FROM ticket_scans',
      'SELECT * FROM ticket_audit',
      'SELECT * FROM schema_migrations',
      'SELECT checked_in_at FROM generated_tickets',
      'UPDATE generated_tickets SET checked_in_at = NOW()',
      "UPDATE generated_tickets SET qr_code_data = 'TK1:FORGED'",
      'UPDATE generated_tickets SET revoked_at = NULL',
      "UPDATE guests SET ticket_type = 'VIP'",
      "UPDATE templates SET source = ''",
      "INSERT INTO generated_tickets (ticket_code) VALUES ('TC-2024-000000000000')",
      'DELETE FROM untidy_tickets',
      'CREATE TABLE own (id INTEGER)',
      'SET ROLE ticket_api',
    ])
      await assert.rejects(renderer.unsafe(statement), refused, statement)
  })

  test('the API can neither change the audit, a version of a template or a notice, nor delete, nor see the migrations', async () => {
    for (const statement of [
      "UPDATE ticket_audit SET action = 'undo'",
      'DELETE FROM ticket_audit',
      "UPDATE templates SET source = ''",
      'DELETE FROM generated_tickets',
      "SELECT erase_guests(1, '{1}', FALSE)",
      'DELETE FROM erased_folders',
      'DELETE FROM guests',
      'SELECT * FROM schema_migrations',
      "INSERT INTO notices (type, event_id) VALUES ('ticket.generated', 1)",
      "UPDATE notices SET data = '{}'",
      'DROP TABLE ticket_audit',
      'SET ROLE ticket_user',
    ])
      await assert.rejects(api.unsafe(statement), (error: { code?: string }) => error.code === '42501', statement)
  })

  test('nobody but the owner may call the functions that run as the owner, but the eraser the one that erases', async () => {
    const rows = await service.sql<{ id: string; name: string }[]>`
      SELECT oid::text AS id, proname AS name FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace`
    assert.ok(rows.length >= 4)
    for (const { id, name } of rows)
      for (const [role, client] of Object.entries({ renderer, api, eraser }))
        assert.deepEqual(
          [...(await client`SELECT has_function_privilege(${id}::oid, 'EXECUTE') AS may`)],
          [{ may: role === 'eraser' && name === 'erase_guests' }],
          name,
        )
    for (const call of ['hold_job(1)', 'hold_template(1, 1)'])
      await assert.rejects(renderer.unsafe(`SELECT ${call}`), refused, call)
  })

  test('the running functions are logged in as these roles, none as the owner', async () => {
    const made = await service.call('POST', '/api/tickets/generate', { guestId: 123, eventId: 456, templateId: 1 })
    assert.equal(made.status, 201)
    const rows = await service.sql`
      SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name = 'ticket-generator' ORDER BY usename`
    assert.deepEqual(
      rows.map(({ usename }) => usename),
      ['ticket_api', 'ticket_renderer'],
    )
  })

  async function readGrants(role: string): Promise<typeof rendererMay> {
    const whole = await service.sql`
      SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = ${role}`
    const columns = await service.sql`
      SELECT table_name, privilege_type, STRING_AGG(column_name::text, ' ' ORDER BY column_name::text) AS columns
      FROM information_schema.role_column_grants WHERE grantee = ${role} GROUP BY table_name, privilege_type`
    const grants: typeof rendererMay = {}
    for (const { table_name, privilege_type, columns: names } of columns)
      grants[table_name] = { ...grants[table_name], [privilege_type]: names }
    for (const { table_name, privilege_type } of whole) grants[table_name] = { ...grants[table_name], [privilege_type]: 'all' }
    return grants
  }
})
