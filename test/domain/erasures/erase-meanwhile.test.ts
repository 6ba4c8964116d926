import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeDownload } from '../../../functions/domain/downloads/make-download.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { service } from '../../fixtures/batches.ts'
import { erase, newPerson, personPage, traces } from '../../fixtures/erasures.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { nextEventId } from '../../fixtures/ids.ts'

const { accept, ended, publish, registerGuests, sql } = service
const { storage, eraser } = await openClients(['storage', 'eraser'])

test('a print that read the guest before their erasure, and stores its file after, leaves none', async (t) => {
  const eventId = nextEventId()
  const person = newPerson()
  await registerGuests(eventId, 2, (guestId) => (guestId === 1 ? person : {}))
  const templateId = await publish(personPage)
  const release = await holdPrints()
  t.after(release)
  const { batchId } = await accept({ eventId, guestIds: [1, 2], templateId })
  await eventually('a renderer has read the guests', async () => (await waitingForPrints()) > 0, 60_000)
  await erase(eventId, 1)
  await release()
  const { status, tickets } = await ended(batchId)
  assert.deepEqual(
    [status, ...tickets.map((one) => [one.status, one.error?.code])],
    ['completed', ['failed', 'GUEST_NOT_FOUND'], ['generated', undefined]],
  )
  await eventually('the file is stored', async () => (await traces(person)).length > 0)
  assert.match((await traces(person)).join(), /^tickets\/\d+\/\d+\/[0-9a-f]+\.pdf$/)
  await eraser.ask({}).catch(() => undefined)
  assert.deepEqual(await traces(person), [])
})

test('a download that read their file before, and stores its own after, leaves none', async () => {
  const eventId = nextEventId()
  const person = newPerson()
  await registerGuests(eventId, 2, (guestId) => (guestId === 1 ? person : {}))
  const { batchId, jobId } = await accept({ eventId, guestIds: [1, 2], templateId: await publish(personPage) })
  await ended(batchId)
  const [{ attempt } = {}] = await sql`
    INSERT INTO batch_downloads (job_id, format, content_hash, total_count) VALUES (${jobId}, 'pdf', '', 2) RETURNING attempt`
  let readCount = 0
  const read = async (key: string) => {
    const content = await storage.read(key)
    readCount += 1
    if (readCount === 2) await erase(eventId, 1)
    return content
  }
  const clients = { sql: (await openClients(['sql'])).sql, storage: { ...storage, read } }
  await makeDownload(clients, { jobId, format: 'pdf', attempt })
  assert.match((await traces(person)).join(), /^downloads\/\d+\/[0-9a-f]+\.pdf$/)
  await eraser.ask({}).catch(() => undefined)
  assert.deepEqual(await traces(person), [])
})

/** Keeps renderers that have read their guests from reading their templates' assets, until the returned function is called. */
async function holdPrints(): Promise<() => Promise<void>> {
  const held = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const holding = sql.begin(async (transaction) => {
    await transaction`LOCK TABLE template_version_assets IN ACCESS EXCLUSIVE MODE`
    held.resolve()
    await released.promise
  })
  await held.promise
  return async () => {
    released.resolve()
    await holding
  }
}

async function waitingForPrints(): Promise<number> {
  const rows = await sql`
    SELECT FROM pg_locks WHERE relation = 'template_version_assets'::regclass AND NOT granted`
  return rows.length
}
