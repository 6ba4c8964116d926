import { setTimeout as delay } from 'node:timers/promises'
import { noticeSending } from '../../contract/retries.ts'
import { deleteSentNotices, measureNoticeLag } from '../../database/notices.ts'
import { logger } from '../../runtime/telemetry.ts'
import type { Clients } from '../clients.ts'
import { sendNotices } from './send-notices.ts'

const { pauseMs, keptDays, deletedPerStatement } = noticeSending

/**
 * Sends notices until a time, at least once. A pass that fails is logged and repeated.
 * @returns The largest lag: the age of the oldest unsent notice, in seconds.
 */
export async function keepSending(clients: Clients<'sql' | 'topic'>, endsAt: number): Promise<number> {
  let lagSeconds = 0
  do {
    const nextAt = Math.min(Date.now() + pauseMs, endsAt)
    try {
      lagSeconds = Math.max(lagSeconds, await measureNoticeLag(clients.sql))
      await sendNotices(clients)
    } catch (error) {
      logger.error('Notices could not be sent', { error })
    }
    await delay(nextAt - Date.now())
  } while (Date.now() < endsAt)
  return lagSeconds
}

/** Deletes the notices that were sent long ago. */
export async function deleteOldNotices({ sql }: Clients<'sql'>): Promise<void> {
  const page = { days: keptDays, limit: deletedPerStatement }
  while ((await deleteSentNotices(sql, page)) === page.limit);
}
