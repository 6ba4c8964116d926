import { generateAnswer } from './tickets.ts'

/** A request to print outdated tickets again. */
export const reprintBody = { options: { batchId: 'batch-789' } }

/** Where a guest list is uploaded. */
export const guestListAnswer = {
  guestListId: '0b8e7c5a-6f1d-4c2b-9a3e-5d4c3b2a1f00',
  uploadUrl: 'https://bucket.s3.eu-west-3.amazonaws.com/uploads/456/0b8e7c5a-6f1d-4c2b-9a3e-5d4c3b2a1f00?X-Amz-Signature=c0ffee',
  headers: { 'content-type': 'application/jsonl' },
  expiresAt: '2024-01-01T12:15:00.000Z',
  maximumBytes: 100_000_000,
}

/** The original specification's request for many tickets. */
export const batchBody = {
  eventId: 456,
  guestIds: [123, 124, 125],
  templateId: 1,
  options: { batchId: 'batch-789', priority: 'high' },
}

/** The batch that was accepted. */
export const batchAnswer = {
  batchId: 'batch-789',
  jobId: 789,
  totalCount: 3,
  status: 'processing',
  estimatedCompletion: '2024-01-01T12:05:00.000Z',
}

/** A completed batch. */
export const batchStatusAnswer = {
  ...batchAnswer,
  eventId: 456,
  status: 'completed',
  processedCount: 3,
  generatedCount: 3,
  failedCount: 0,
  cancelledCount: 0,
  startedAt: '2024-01-01T12:00:00.000Z',
  completedAt: '2024-01-01T12:03:00.000Z',
  estimatedCompletion: null,
  tickets: [
    {
      ticketId: 789,
      ticketCode: generateAnswer.ticketCode,
      guestId: 123,
      firstName: 'John',
      lastName: 'Doe',
      status: 'generated',
      revokedAt: null,
      pdfUrl: generateAnswer.pdfUrl,
      outdated: false,
      error: null,
      warnings: [],
    },
  ],
  nextCursor: null,
}

/** The answer to cancelling a batch, or queueing its failed tickets again. */
export const batchChange = { batchId: 'batch-789', status: 'processing', changedCount: 2 }

/** The progress of a download. */
export const downloadProgress = { batchId: 'batch-789', format: 'pdf', status: 'making', doneCount: 1, totalCount: 3 }
