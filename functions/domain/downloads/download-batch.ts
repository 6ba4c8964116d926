import { createHash } from 'node:crypto'
import { type DownloadFormat, downloadFormats } from '../../contract/schemas/download.ts'
import * as downloads from '../../database/batch-downloads.ts'
import type { BatchRow } from '../../database/jobs.ts'
import { requireBatch } from '../batches/read-batch-status.ts'
import type { Clients } from '../clients.ts'
import { BatchEmptyError, DownloadFailedError } from '../errors.ts'

/**
 * Returns the URL of a file with all tickets of a batch, or starts to build it and reports its progress. The
 * URL is valid for five minutes and accepts ranges; after a reprint or a revocation a new file is made.
 * @throws BatchNotFoundError, BatchEmptyError, or DownloadFailedError within a minute of a failed attempt.
 */
export async function downloadBatch(
  { sql, storage, maker }: Clients<'sql' | 'storage' | 'maker'>,
  batchId: string,
  format: DownloadFormat,
) {
  const batch = await requireBatch(sql, batchId)
  const progress = (status: 'waiting' | 'making', counts: { done_count: number; total_count: number }) => ({
    pending: { batchId, format, status, doneCount: counts.done_count, totalCount: counts.total_count },
  })
  if (!batch.completed_at) return progress('waiting', { done_count: 0, total_count: batch.total_count })
  const files = await downloads.listDownloadedFiles(sql, batch.id)
  if (files.length === 0) throw new BatchEmptyError(batchId)
  const key = downloadKey(batch, files, format)
  const known = await downloads.findDownload(sql, batch.id, format)
  if (known?.status === 'made' && (await storage.exists(key))) return { location: await storage.presign(key) }
  const content_hash = hashOf(files)
  const claimed = await downloads.claimDownload(sql, { job_id: batch.id, format, content_hash, total_count: files.length })
  if (claimed) {
    await maker.start({ jobId: batch.id, format, attempt: claimed.attempt }).catch(async (error) => {
      await downloads.releaseDownload(sql, claimed)
      throw error
    })
    return progress('making', claimed)
  }
  if (known?.status === 'failed') throw new DownloadFailedError(known.message)
  return progress('making', known ?? { done_count: 0, total_count: files.length })
}

/** The version of the download format; raise it with each change, so that older files are not served. */
const version = 2

/** Names the object of a download; different tickets give a different name. */
export function downloadKey({ id }: Pick<BatchRow, 'id'>, files: downloads.DownloadedFile[], format: DownloadFormat): string {
  return `downloads/${id}/${hashOf(files).slice(0, 32)}.${format}`
}

/** Describes the stored download: its media type and the file name that a browser saves it under. */
export function downloadHeaders({ batch_id }: Pick<BatchRow, 'batch_id'>, format: DownloadFormat) {
  return {
    type: downloadFormats[format].media,
    disposition: `attachment; filename="${batch_id.replace(/[^\w.-]/g, '_')}.${format}"`,
  }
}

function hashOf(files: downloads.DownloadedFile[]): string {
  const hash = createHash('sha256').update(`${version}\n`)
  for (const { ticket_code, pdf_file_path } of files) hash.update(`${ticket_code} ${pdf_file_path}\n`)
  return hash.digest('hex')
}
