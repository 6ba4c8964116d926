import * as z from 'zod'
import { workers } from '../contract/functions.ts'
import { noticeSending } from '../contract/retries.ts'
import { deleteOldNotices, keepSending } from '../domain/notices/keep-sending.ts'
import { openClients } from '../runtime/clients.ts'
import { emitMetrics } from '../runtime/telemetry.ts'

const { uses, timeoutSeconds } = workers['send-notices']
const clients = await openClients(uses, timeoutSeconds)

/** The event of the schedule: how long to send. */
const clock = z.object({ seconds: z.number().min(0).max(noticeSending.seconds).default(noticeSending.seconds) })

/** Sends notices as they are written, until the time is up, and deletes old ones. */
export async function handler(event: unknown): Promise<void> {
  const endsAt = Date.now() + clock.parse(event).seconds * 1000
  do {
    const lagSeconds = await keepSending(clients, Math.min(Date.now() + noticeSending.reportMs, endsAt))
    emitMetrics([['notice_lag_seconds', [lagSeconds]]])
  } while (Date.now() < endsAt)
  await deleteOldNotices(clients)
}
