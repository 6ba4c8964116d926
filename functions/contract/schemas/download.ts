import * as z from 'zod'
import { choice, id } from './values.ts'

/** The formats of a batch's download: one PDF in the order of the request, or a ZIP of the tickets' PDFs. */
export const downloadFormats = { pdf: { media: 'application/pdf' }, zip: { media: 'application/zip' } } as const

/** The name of one of the formats. */
export type DownloadFormat = keyof typeof downloadFormats

const format = choice(['pdf', 'zip'])

/** The query of "download-batch". */
export const downloadQuery = z.object({ format: format.default('pdf') })

/** A request to the function that makes downloads. */
export const downloadRequest = z.strictObject({ jobId: id, format, attempt: z.uuid() })

/** A request to the function that makes downloads. */
export type DownloadRequest = z.output<typeof downloadRequest>

/** The answer of "download-batch" until the file is ready. */
export const downloadProgress = z.object({
  batchId: z.string(),
  format,
  status: z.enum(['waiting', 'making']).meta({ description: 'waiting: the batch itself is not done yet.' }),
  doneCount: z.int(),
  totalCount: z.int(),
})
