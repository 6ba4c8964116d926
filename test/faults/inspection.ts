import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { PDFDocument } from '@cantoo/pdf-lib'
import { eventually } from '../fixtures/eventually.ts'
import { findInTables } from '../fixtures/traces.ts'
import { type Core, forgotten } from './core.ts'
import type { TargetProcess } from './target-process.ts'

/** Counts what an inspection found, after all batches have ended. All but the first three are to be 0. */
export interface Findings {
  tickets: number
  generated: number
  failedWithReason: number
  /** Items that are missing, pending, or failed without code and reason; tickets whose PDF is missing or broken. */
  lost: number
  /** Guests with several items in a batch or several valid tickets. */
  twice: number
  /** Files in the bucket that no ticket names. */
  unnamed: number
  /** Notices that never came, and printed tickets without one. */
  lostNotices: number
  /** Notices whose sequence contradicts the order of changes of their ticket. */
  outOfOrder: number
  /** Ends of batches that nobody was told of. */
  untold: number
  /** Ends of batches that were told of more than once. */
  toldTwice: number
  /** Notices of which the database knows no change. */
  unfounded: number
  /** Guests, files and tables in which something of erased events is left. */
  remembered: number
  /** Erased guests of whom there is not exactly one notice. */
  erasuresUntold: number
}

/** Looks at every row, every file and every notification. */
export async function inspect(target: TargetProcess, core: Core, endsByBatch: (batchId: string) => number): Promise<Findings> {
  const items = await readItems(target)
  const files = (await listFiles(target)).filter((key) => !isForgotten(key))
  const tickets = core.batches.reduce((sum, { guestIds }) => sum + guestIds.length, 0)
  const generated = items.filter(({ status }) => status === 'generated')
  const failed = items.filter(({ status, code, message }) => status === 'failed' && code && message)
  const named = new Map(generated.map((item) => [item.pdf_file_path, item.ticket_code]))
  const broken = await Promise.all([...named].map(([key, code]) => isBroken(target, key, code)))
  await untilSent(target)
  await core.listen()
  const notices = await target.sql`SELECT id FROM notices`
  const known = new Set(notices.map(({ id }) => String(id)))
  const unfounded = await target.sql`
    SELECT FROM notices LEFT JOIN generated_tickets ticket ON ticket.id = ticket_id
      LEFT JOIN guests guest ON guest.event_id = notices.event_id AND guest.id = notices.guest_id
    WHERE (type = 'ticket.generated' AND ticket.printed_at IS NULL) OR (type = 'guest.erased' AND guest.erased_at IS NULL)`
  const erasures = [...core.notices.values()].filter(({ type }) => type === 'guest.erased')
  const outOfOrder = await target.sql`
    SELECT FROM (SELECT sequence < LAG(sequence) OVER (PARTITION BY ticket_id ORDER BY id) AS wrong FROM notices WHERE ticket_id IS NOT NULL) pairs
    WHERE wrong`
  const heard = new Set(
    [...core.notices.values()].flatMap(({ type, data }) => (type === 'ticket.generated' ? [data.ticketId] : [])),
  )
  const told = core.batches.map(({ batchId }) => {
    const count = [...core.notices.values()].filter(
      ({ type, data }) => type === 'batch.completed' && data.batchId === batchId,
    ).length
    return count - endsByBatch(batchId)
  })
  return {
    tickets,
    generated: generated.length,
    failedWithReason: failed.length,
    lost: tickets - generated.length - failed.length + broken.filter(Boolean).length,
    twice: items.length - new Set(items.map(({ job_id, guest_id }) => `${job_id} ${guest_id}`)).size,
    unnamed: files.filter((key) => !named.has(key)).length,
    lostNotices:
      notices.filter(({ id }) => !core.notices.has(String(id))).length +
      generated.filter(({ ticket_id }) => !heard.has(Number(ticket_id))).length,
    outOfOrder: outOfOrder.length,
    untold: told.filter((difference) => difference < 0).length,
    toldTwice: told.filter((difference) => difference > 0).length,
    unfounded: [...core.notices.keys()].filter((id) => !known.has(id)).length + unfounded.length,
    remembered: await findRemembered(target),
    erasuresUntold: Math.abs(erasures.length - core.forgottenEvents.length * forgotten.guestCount),
  }
}

/** Counts the guests, files and tables in which something of erased events is left. */
export async function findRemembered(target: TargetProcess): Promise<number> {
  const { sql } = target
  const guests = await sql`SELECT FROM guests WHERE event_id >= ${forgotten.firstEventId} AND erased_at IS NULL`
  const files = (await listFiles(target)).filter(isForgotten)
  return guests.length + files.length + (await findInTables(sql, [forgotten.name])).length
}

/** Waits until all notices are sent. */
export async function untilSent({ sql }: TargetProcess): Promise<void> {
  await eventually(
    'all notices are sent',
    async () => (await sql`SELECT FROM notices WHERE sent_at IS NULL LIMIT 1`).length === 0,
    60_000,
  )
}

/** Counts the files that no ticket names. */
export async function countUnnamed(target: TargetProcess): Promise<number> {
  const rows = await target.sql`SELECT pdf_file_path FROM generated_tickets`
  const named = new Set(rows.map(({ pdf_file_path }) => pdf_file_path))
  return (await listFiles(target)).filter((key) => !named.has(key) && !isForgotten(key)).length
}

/** Returns whether a file is of an erased event. */
function isForgotten(key: string): boolean {
  return Number(key.split('/')[1]) >= forgotten.firstEventId
}

async function readItems(target: TargetProcess) {
  return await target.sql<
    Record<'job_id' | 'guest_id' | 'status' | 'code' | 'message' | 'ticket_id' | 'ticket_code' | 'pdf_file_path', string>[]
  >`
    SELECT item.job_id, item.guest_id, item.status, item.details->>'code' AS code, item.message, item.ticket_id, ticket.ticket_code, ticket.pdf_file_path
    FROM ticket_generation_logs item
    JOIN generation_jobs job ON job.id = item.job_id AND job.batch_id IS NOT NULL AND job.event_id < ${forgotten.firstEventId}
    LEFT JOIN generated_tickets ticket ON ticket.id = item.ticket_id`
}

function s3Of(target: TargetProcess): S3Client {
  const credentials = { accessKeyId: 'a', secretAccessKey: 's' }
  return new S3Client({ endpoint: target.addresses.awsEndpoint, region: 'us-east-1', forcePathStyle: true, credentials })
}

async function listFiles(target: TargetProcess): Promise<string[]> {
  const s3 = s3Of(target)
  const keys: string[] = []
  let ContinuationToken: string | undefined
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: 'tickets', ...(ContinuationToken ? { ContinuationToken } : {}) }),
    )
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key ? [Key] : [])))
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken)
  return keys
}

/** Returns whether a ticket's file is missing, no PDF, or another ticket's. */
async function isBroken(target: TargetProcess, key: string, code: string): Promise<boolean> {
  try {
    const { Body } = await s3Of(target).send(new GetObjectCommand({ Bucket: 'tickets', Key: key }))
    const pdf = await PDFDocument.load((await Body?.transformToByteArray()) ?? new Uint8Array())
    return pdf.getPageCount() < 1 || !pdf.getTitle()?.includes(code)
  } catch {
    return true
  }
}
