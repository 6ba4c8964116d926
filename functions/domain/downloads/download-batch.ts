import { createHash } from 'node:crypto'
import type { DownloadMaker } from '../../aws/download-maker.ts'
import type { TicketStorage } from '../../aws/ticket-storage.ts'
import { type DownloadFormat, downloadFormats } from '../../contract/schemas/download.ts'
import {
  claimDownload,
  type DownloadedFile,
  findDownload,
  listDownloadedFiles,
  releaseDownload,
} from '../../database/batch-downloads.ts'
import type { Sql } from '../../database/client.ts'
import { type BatchRow, findBatch } from '../../database/jobs.ts'
import { BatchEmptyError, BatchNotFoundError, DownloadFailedError } from '../errors.ts'

/** Is what finding or starting a download needs. */
export interface DownloadClients {
  sql: Sql
  storage: TicketStorage
  maker: DownloadMaker
}

/**
 * Gives the address of a file with all tickets of a batch, which lives five minutes and takes ranges, so that a broken download goes on;
 * or has the file made, and tells how far it is. It is made once for the same tickets; when one is printed again or retired, anew.
 * @throws BatchNotFoundError, BatchEmptyError; DownloadFailedError when it could not be made in the last minute.
 */
export async function downloadBatch({ sql, storage, maker }: DownloadClients, batchId: string, format: DownloadFormat) {
  const batch = await findBatch(sql, batchId)
  if (!batch) throw new BatchNotFoundError(batchId)
  const tell = (status: 'waiting' | 'making', counts: { done_count: number; total_count: number }) => ({
    pending: { batchId, format, status, doneCount: counts.done_count, totalCount: counts.total_count },
  })
  if (!batch.completed_at) return tell('waiting', { done_count: 0, total_count: batch.total_count })
  const files = await listDownloadedFiles(sql, batch.id)
  if (files.length === 0) throw new BatchEmptyError(batchId)
  const key = downloadKey(batch, files, format)
  const known = await findDownload(sql, batch.id, format)
  if (known?.status === 'made' && (await storage.exists(key))) return { location: await storage.presign(key) }
  const content_hash = hashOf(files)
  const claimed = await claimDownload(sql, { job_id: batch.id, format, content_hash, total_count: files.length })
  if (claimed) {
    await maker.start({ jobId: batch.id, format, attempt: claimed.attempt }).catch(async (error) => {
      await releaseDownload(sql, claimed)
      throw error
    })
    return tell('making', claimed)
  }
  if (known?.status === 'failed') throw new DownloadFailedError(known.message)
  return tell('making', known ?? { done_count: 0, total_count: files.length })
}

/** Names the object that holds a download; other tickets make another name. */
export function downloadKey({ id }: Pick<BatchRow, 'id'>, files: DownloadedFile[], format: DownloadFormat): string {
  return `downloads/${id}/${hashOf(files).slice(0, 32)}.${format}`
}

/** Describes how a download is stored: its type, and the name under which a browser saves it. */
export function downloadHeaders({ batch_id }: Pick<BatchRow, 'batch_id'>, format: DownloadFormat) {
  return {
    type: downloadFormats[format].media,
    disposition: `attachment; filename="${batch_id.replace(/[^\w.-]/g, '_')}.${format}"`,
  }
}

function hashOf(files: DownloadedFile[]): string {
  const hash = createHash('sha256')
  for (const { ticket_code, pdf_file_path } of files) hash.update(`${ticket_code} ${pdf_file_path}\n`)
  return hash.digest('hex')
}
