import assert from 'node:assert/strict'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { StorageUnavailableError, type TicketStorage } from '../../../functions/aws/ticket-storage.ts'
import { renderTickets } from '../../../functions/domain/rendering/render-tickets.ts'
import { RenderFailedError } from '../../../functions/errors.ts'
import { prepareFonts } from '../../../functions/print/fonts/prepare-fonts.ts'
import { openPrinter, type Printer, type PrinterOptions, type TicketDocument } from '../../../functions/print/printer.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { logger } from '../../../functions/runtime/telemetry.ts'
import { service } from '../../fixtures/batches.ts'
import { nextEventId } from '../../fixtures/ids.ts'

const { accept, ended, follow, publish, registerGuests, sql } = service
const { storage, sql: pool } = await openClients(['storage', 'sql'])
const page = (body: string) => `<!doctype html><html><head><title>t</title></head><body>${body}</body></html>`

async function itemsOf(jobId: number) {
  return await sql<{ id: number; ticket_id: number; status: string }[]>`
    SELECT id, ticket_id, status FROM ticket_generation_logs WHERE job_id = ${jobId} ORDER BY id`
}

describe('printing', () => {
  let printer: Printer
  let options: PrinterOptions
  const clients = { maxFileSize: 1_000_000, deadlineMs: 20_000, sql: pool }

  before(async () => {
    const cacheFolder = path.join(os.tmpdir(), 'ticket-generator')
    options = { cacheFolder, environment: await prepareFonts(cacheFolder) }
    printer = openPrinter(options)
  })
  after(() => printer.close())

  /** Writes a job with pending items down that no queue knows of. */
  async function makeJob(): Promise<{ eventId: number; jobId: number; itemIds: number[] }> {
    const eventId = nextEventId()
    const ids = await registerGuests(eventId, 3)
    const { batchId, jobId } = await accept({ eventId, guestIds: ids })
    await ended(batchId)
    await sql`UPDATE ticket_generation_logs SET status = 'pending' WHERE job_id = ${jobId}`
    await sql`UPDATE generation_jobs SET status = 'processing', completed_at = NULL WHERE id = ${jobId}`
    return { eventId, jobId, itemIds: (await itemsOf(jobId)).map(({ id }) => id) }
  }

  const statuses = async (jobId: number) => (await itemsOf(jobId)).map(({ status }) => status)

  test('settles stored tickets, and leaves the others pending', async () => {
    const { jobId, itemIds } = await makeJob()
    const [, second] = await itemsOf(jobId)
    const failing: TicketStorage = {
      ...storage,
      store: (owner, pdf) =>
        owner.ticketId === second?.ticket_id
          ? Promise.reject(new StorageUnavailableError(new Error('503')))
          : storage.store(owner, pdf),
    }
    const first = await renderTickets({ ...clients, printer, storage: failing }, { jobId, itemIds })
    assert.equal(first.items.length, 2)
    assert.ok(first.postponed instanceof StorageUnavailableError)
    assert.deepEqual(await statuses(jobId), ['generated', 'pending', 'generated'])
    const again = await renderTickets({ ...clients, printer, storage }, { jobId, itemIds })
    assert.deepEqual(
      again.items.map(({ itemId }) => itemId),
      [second?.id],
    )
  })

  test('fails only the items whose template is no longer valid', async () => {
    const { jobId, itemIds } = await makeJob()
    const [first, second, third] = await itemsOf(jobId)
    const templateId = await publish(page('{{#if}'))
    await sql`UPDATE generated_tickets SET template_id = ${templateId} WHERE id = ${second?.ticket_id ?? 0}`
    const { items } = await renderTickets({ ...clients, printer, storage }, { jobId, itemIds })
    assert.deepEqual(
      items.map((item) => [item.itemId, item.status, 'code' in item && item.code]),
      [
        [first?.id, 'generated', false],
        [third?.id, 'generated', false],
        [second?.id, 'failed', 'TEMPLATE_INVALID'],
      ],
    )
  })

  test('fails only the guest for whom the template cannot be filled', async () => {
    const { eventId, jobId, itemIds } = await makeJob()
    const [, second] = await itemsOf(jobId)
    await sql`UPDATE guests SET locale = 'no language at all' WHERE event_id = ${eventId} AND id = 2`
    const { items } = await renderTickets({ ...clients, printer, storage }, { jobId, itemIds })
    assert.deepEqual(await statuses(jobId), ['generated', 'failed', 'generated'])
    const failed = items.find(({ itemId }) => itemId === second?.id)
    assert.ok(failed?.status === 'failed' && failed.code === 'RENDER_FAILED')
    assert.match(failed.message, /^The ticket cannot be filled: Incorrect locale/)
  })

  test('treats any exception as a failed print, and fails only the ticket that causes it', async () => {
    const { jobId, itemIds } = await makeJob()
    const [, second] = await itemsOf(jobId)
    const failing = Object.assign(Object.create(printer) as Printer, {
      print: async (documents: TicketDocument[], deadlineMs: number) => {
        if (documents.some(({ html }) => html.includes('Number 2'))) throw new TypeError('x is not a function')
        return await printer.print(documents, deadlineMs)
      },
    })
    const { items } = await renderTickets({ ...clients, printer: failing, storage }, { jobId, itemIds })
    assert.deepEqual(await statuses(jobId), ['generated', 'failed', 'generated'])
    const failed = items.find(({ itemId }) => itemId === second?.id)
    assert.ok(failed?.status === 'failed' && failed.code === 'RENDER_FAILED')
    assert.equal(failed.message, 'The ticket could not be printed.')
  })

  test('logs the cause of a failed print with the item', async (t) => {
    const { jobId, itemIds } = await makeJob()
    const [, second] = await itemsOf(jobId)
    const fault = new RenderFailedError('Chromium could not print what it was given.', { cause: new TypeError('no font') })
    const failing = Object.assign(Object.create(printer) as Printer, {
      print: async (documents: TicketDocument[], deadlineMs: number) => {
        if (documents.some(({ html }) => html.includes('Number 2'))) throw fault
        return await printer.print(documents, deadlineMs)
      },
    })
    const warned = t.mock.method(logger, 'warn', () => undefined)
    const failed = t.mock.method(logger, 'error', () => undefined)
    await renderTickets({ ...clients, printer: failing, storage }, { jobId, itemIds })
    assert.deepEqual(warned.mock.calls[0]?.arguments, [
      'A shared print failed; its tickets are printed alone',
      { itemIds, error: fault },
    ])
    assert.deepEqual(failed.mock.calls[0]?.arguments, ['The ticket could not be printed.', { itemId: second?.id, error: fault }])
  })

  test('adds up the stage times of all prints when items have several template versions', async () => {
    const { jobId, itemIds } = await makeJob()
    const [, , third] = await itemsOf(jobId)
    const templateId = await publish(page('{{firstName}}'))
    await sql`UPDATE generated_tickets SET template_id = ${templateId} WHERE id = ${third?.ticket_id ?? 0}`
    const stages = { dom: 0, print: 0, split: 0 }
    const measured = {
      ...printer,
      stages,
      print: async (documents: TicketDocument[], deadlineMs: number) => {
        const tickets = await printer.print(documents, deadlineMs)
        Object.assign(stages, { dom: documents.length, print: documents.length * 10, split: documents.length * 100 })
        return tickets
      },
    }
    const { stageMs } = await renderTickets({ ...clients, printer: measured as Printer, storage }, { jobId, itemIds })
    assert.deepEqual([stageMs.dom, stageMs.print, stageMs.split], [3, 30, 300])
  })

  test('leaves every item pending when the database fails before a template is read', async () => {
    const { eventId, jobId, itemIds } = await makeJob()
    const templateId = await publish(page('{{firstName}}'))
    await sql`UPDATE generated_tickets SET template_id = ${templateId} WHERE event_id = ${eventId}`
    const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
    const failing = new Proxy(pool, {
      apply: (target, self, words) =>
        `${words[0]}`.includes('FROM templates') ? Promise.reject(away) : Reflect.apply(target, self, words),
    })
    await assert.rejects(renderTickets({ ...clients, sql: failing, printer, storage }, { jobId, itemIds }), away)
    assert.deepEqual(await statuses(jobId), ['pending', 'pending', 'pending'])
  })

  test('leaves items pending when the browser is closed', async () => {
    const { jobId, itemIds } = await makeJob()
    const closing = openPrinter(options)
    await closing.probe()
    const rendering = renderTickets({ ...clients, printer: closing, storage }, { jobId, itemIds: itemIds.slice(0, 1) })
    await Promise.all([assert.rejects(rendering, { name: 'BrowserUnavailableError' }), closing.close()])
    await assert.rejects(renderTickets({ ...clients, printer: closing, storage }, { jobId, itemIds }))
    assert.deepEqual(await statuses(jobId), ['pending', 'pending', 'pending'])
    assert.equal(
      (await follow(`${(await sql`SELECT batch_id FROM generation_jobs WHERE id = ${jobId}`)[0]?.batch_id}`)).status,
      'processing',
    )
  })
})
