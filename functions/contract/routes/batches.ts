import { databaseErrors } from '../errors.ts'
import * as example from '../examples/tickets.ts'
import { routeTimeouts } from '../retries.ts'
import { batchAnswer, batchChange, batchStatusAnswer } from '../schemas/answers.ts'
import { downloadProgress, downloadQuery } from '../schemas/download.ts'
import { eventParams } from '../schemas/path-params.ts'
import { batchParams, batchRequest, pageQuery, reprintRequest } from '../schemas/requests.ts'
import type { Route } from './route.ts'

/** The routes about many tickets at once. */
export const batchRoutes = {
  'create-batch': {
    method: 'POST',
    path: '/api/tickets/batch',
    access: 'core',
    summary: 'Queue tickets for up to 50,000 guests; the batch id makes repeating it harmless',
    body: batchRequest,
    success: { status: 202, description: 'The batch is written down and queued.', data: batchAnswer },
    errors: ['EVENT_NOT_FOUND', 'TEMPLATE_NOT_FOUND', 'TEMPLATE_ARCHIVED', 'BATCH_CONFLICT', ...databaseErrors],
    uses: ['sql', 'signer', 'queues', 'preparer', 'topic'],
    timeoutSeconds: routeTimeouts.longest,
    bulk: true,
    example: { body: example.batchBody, answer: example.batchAnswer },
  },
  'reprint-tickets': {
    method: 'POST',
    path: '/api/events/{eventId}/reprint',
    access: 'core',
    summary: 'Print all outdated tickets of an event again, with the same codes; the batch id makes repeating it harmless',
    params: eventParams,
    body: reprintRequest,
    success: { status: 202, description: 'A batch of the outdated tickets is queued.', data: batchAnswer },
    errors: ['EVENT_NOT_FOUND', 'BATCH_CONFLICT', ...databaseErrors],
    uses: ['sql', 'signer', 'queues', 'preparer', 'topic'],
    timeoutSeconds: routeTimeouts.longest,
    bulk: true,
    example: { params: { eventId: '456' }, body: example.reprintBody, answer: example.batchAnswer },
  },
  'get-batch-status': {
    method: 'GET',
    path: '/api/batches/{batchId}/status',
    access: 'core',
    summary: 'Follow a batch',
    params: batchParams,
    query: pageQuery,
    success: { status: 200, description: 'The counts, and one page of the tickets.', data: batchStatusAnswer },
    errors: ['BATCH_NOT_FOUND', ...databaseErrors],
    uses: ['sql', 'links'],
    timeoutSeconds: routeTimeouts.lookup,
    example: { params: { batchId: 'batch-789' }, answer: example.batchStatusAnswer },
  },
  'download-batch': {
    method: 'GET',
    path: '/api/batches/{batchId}/download',
    access: 'core',
    summary:
      'Download the good tickets of a batch as one PDF, in the order of the request, or as a ZIP; for one that was reissued, the new one',
    params: batchParams,
    query: downloadQuery,
    success: {
      status: 302,
      description: 'The file is at an S3 address that lives for five minutes and takes ranges.',
      redirect: true,
      pending: { status: 202, description: 'The file is being made; ask again.', data: downloadProgress },
    },
    errors: ['BATCH_NOT_FOUND', 'BATCH_EMPTY', 'DOWNLOAD_FAILED', 'STORAGE_UNAVAILABLE', 'QUEUE_UNAVAILABLE', ...databaseErrors],
    uses: ['sql', 'storage', 'maker'],
    timeoutSeconds: routeTimeouts.dependent,
    example: { params: { batchId: 'batch-789' }, answer: example.downloadProgress },
  },
  'cancel-batch': {
    method: 'POST',
    path: '/api/batches/{batchId}/cancel',
    access: 'core',
    summary: 'Stop what has not been printed',
    params: batchParams,
    success: { status: 202, description: 'What was pending is cancelled.', data: batchChange },
    errors: ['BATCH_NOT_FOUND', ...databaseErrors],
    uses: ['sql', 'topic'],
    timeoutSeconds: routeTimeouts.bulk,
    emergency: true,
    example: { params: { batchId: 'batch-789' }, answer: example.batchChange },
  },
  'retry-batch': {
    method: 'POST',
    path: '/api/batches/{batchId}/retry',
    access: 'core',
    summary: 'Queue the failed tickets again, with the same codes',
    params: batchParams,
    success: { status: 202, description: 'What had failed is queued again.', data: batchChange },
    errors: ['BATCH_NOT_FOUND', ...databaseErrors],
    uses: ['sql', 'signer', 'queues', 'preparer'],
    timeoutSeconds: routeTimeouts.longest,
    bulk: true,
    example: { params: { batchId: 'batch-789' }, answer: example.batchChange },
  },
} as const satisfies Record<string, Route>
