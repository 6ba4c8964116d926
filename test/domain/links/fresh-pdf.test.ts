import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RenderRequest } from '../../../functions/contract/schemas/render.ts'
import { findTicketDetails } from '../../../functions/database/tickets.ts'
import { findFreshPdf } from '../../../functions/domain/links/fresh-pdf.ts'
import { RenderFailedError } from '../../../functions/errors.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { service } from '../../fixtures/batches.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { inspectPdf } from '../../fixtures/running-service.ts'

const { accept, call, ended, registerGuests, request, sql } = service
const clients = await openClients(['sql', 'storage', 'renderer'])

interface Ticket {
  id: number
  pdfUrl: string
  links: { pngUrl: string }
}

/** Prints tickets of the classic design, and moves their event. */
async function printOutdated(guestCount: number) {
  const eventId = nextEventId()
  const guestIds = await registerGuests(eventId, guestCount)
  const { tickets } = await ended((await accept({ eventId, guestIds, templateId: 2 })).batchId)
  const event = { title: 'Jazz Night', startsAt: '2030-01-02T10:00:00Z', timezone: 'Europe/Paris', location: 'Riverside Stage' }
  await request('PUT', `/api/events/${eventId}`, event)
  return await Promise.all(tickets.map(({ ticketId }) => request<Ticket>('GET', `/api/tickets/${ticketId}`)))
}

const printCount = async (ticketId: number) => {
  const [row] =
    await sql`SELECT COUNT(*) AS count FROM ticket_generation_logs WHERE ticket_id = ${ticketId} AND status = 'generated'`
  return row?.count
}

/** Follows a link as a browser does, which loads the page again that asks to wait: a cold renderer takes seconds. */
async function download(link: string): Promise<Buffer> {
  let answer = await fetch(link)
  const isPrinted = async () => {
    if (answer.status === 503) answer = await fetch(link)
    return answer.status !== 503
  }
  await eventually('the ticket is printed', isPrinted, 30_000)
  assert.equal(answer.status, 200, link)
  return Buffer.from(await answer.arrayBuffer())
}

const removeFile = async (ticketId: number) => {
  const ticket = await findTicketDetails(sql, ticketId)
  assert.ok(ticket)
  await clients.storage.removeOthers({ eventId: ticket.event_id, ticketId }, { key: null, olderThanSeconds: -60 })
  return ticket
}

test('the link of an outdated ticket opens a file with the new facts, printed once for all who ask', async () => {
  const [ticket] = await printOutdated(1)
  assert.ok(ticket)
  const texts = await Promise.all(Array.from({ length: 8 }, async () => (await inspectPdf(await download(ticket.pdfUrl))).text))
  for (const text of texts) assert.match(text, /Riverside Stage/)
  assert.equal(await printCount(ticket.id), 2)
})

test('a link opens when its file is deleted, and so does the picture', async () => {
  const [ticket] = await printOutdated(1)
  assert.ok(ticket)
  await removeFile(ticket.id)
  assert.match((await inspectPdf(await download(ticket.pdfUrl))).text, /Riverside Stage/)
  await removeFile(ticket.id)
  const picture = await download(ticket.links.pngUrl)
  assert.equal(picture.subarray(1, 4).toString(), 'PNG')
})

test('guests who open outdated tickets of one event share a print', async () => {
  const tickets = await printOutdated(30)
  const asked: number[] = []
  const renderer = {
    ask: async (wanted: RenderRequest) => {
      if ('itemIds' in wanted) asked.push(wanted.itemIds.length)
      return await clients.renderer.ask(wanted)
    },
  }
  const details = await Promise.all(tickets.map(({ id }) => findTicketDetails(sql, id)))
  await Promise.all(details.map((ticket) => ticket && findFreshPdf({ ...clients, renderer }, ticket)))
  assert.equal(
    asked.reduce((sum, count) => sum + count),
    30,
  )
  assert.ok(asked.length < 15, `${asked.length} prints`)
})

test('a print that hangs holds up only the guests whose tickets are in it', async () => {
  const tickets = await printOutdated(2)
  const [first, second] = await Promise.all(tickets.map(({ id }) => findTicketDetails(sql, id)))
  assert.ok(first && second)
  const hung = Promise.withResolvers<never>()
  const asked = Promise.withResolvers<void>()
  const hanging = {
    ask: () => {
      asked.resolve()
      return hung.promise
    },
  }
  const held = findFreshPdf({ ...clients, renderer: hanging }, first)
  await asked.promise
  assert.notEqual(await findFreshPdf(clients, second), second.pdf_file_path)
  hung.reject(new RenderFailedError('The browser crashed.'))
  assert.equal(await held, first.pdf_file_path)
})

test('two guests of a ticket whose file is gone print it once, also if one of them is late', async () => {
  const [ticket] = await printOutdated(1)
  assert.ok(ticket)
  const seen = await removeFile(ticket.id)
  const key = await findFreshPdf(clients, seen)
  assert.equal(await findFreshPdf(clients, seen), key)
  assert.equal(await printCount(ticket.id), 2)
})

test('an outdated ticket that cannot be printed keeps its file; without one, the guest is asked to wait', async () => {
  const [ticket] = await printOutdated(1)
  assert.ok(ticket)
  const renderer = { ask: () => Promise.reject(new RenderFailedError('The browser crashed.')) }
  const details = await findTicketDetails(sql, ticket.id)
  assert.ok(details?.pdf_file_path)
  assert.equal(await findFreshPdf({ ...clients, renderer }, details), details.pdf_file_path)
  const gone = await removeFile(ticket.id)
  await assert.rejects(findFreshPdf({ ...clients, renderer }, gone), RenderFailedError)
})

test('a ticket of a batch that has not reached it is printed for its guest', async () => {
  const eventId = nextEventId()
  await registerGuests(eventId, 1)
  const { batchId, jobId } = await accept({ eventId, guestIds: [1] })
  await ended(batchId)
  await sql`UPDATE generated_tickets SET pdf_file_path = NULL WHERE job_id = ${jobId}`
  const [row] = await sql`SELECT id FROM generated_tickets WHERE job_id = ${jobId}`
  const { json } = await call('GET', `/api/tickets/${row?.id}`)
  assert.equal(json.data.pdfUrl, null)
  const details = await findTicketDetails(sql, Number(row?.id))
  assert.ok(details)
  assert.match(await findFreshPdf(clients, details), /^tickets\//)
})

test('links open whatever is deleted from the bucket meanwhile: a browser gets the ticket or the page that asks again', async () => {
  const tickets = await printOutdated(3)
  const rows = await Promise.all(tickets.map(({ id }) => findTicketDetails(sql, id)))
  let isOver = false
  const deleting = (async () => {
    while (!isOver) {
      const row = rows[Math.floor(Math.random() * rows.length)]
      if (row) await removeFile(row.id)
    }
  })()
  const open = async (link: string) => {
    const answer = await fetch(link, { headers: { accept: 'text/html' }, redirect: 'manual' })
    if (answer.status === 302) return assert.ok(answer.headers.get('location'))
    assert.equal(answer.status, 503, link)
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/)
    assert.match(await answer.text(), /http-equiv="refresh"/)
  }
  const links = tickets.flatMap(({ pdfUrl, links: { pngUrl } }) => [pdfUrl, pngUrl])
  try {
    for (let round = 0; round < 2; round++) await Promise.all(links.map(open))
  } finally {
    isOver = true
    await deleting
  }
  for (const link of links) await download(link)
})
