import * as example from '../examples/batches.ts'
import { routeTimeouts } from '../retries.ts'
import { batchAnswer, batchChange, batchStatusAnswer, guestListAnswer } from '../schemas/answers.ts'
import { downloadProgress, downloadQuery } from '../schemas/download.ts'
import { batchRequest, pageQuery, reprintRequest } from '../schemas/requests.ts'
import { type Route, route } from './route.ts'

/** The routes about many tickets. */
export const batchRoutes = {
  'create-guest-list': route('core', 'POST /api/events/{eventId}/guest-lists', {
    summary: 'Get an address to upload a guest list of up to 500,000 guests to, for create-batch',
    success: {
      status: 201,
      description:
        'PUT the list to `uploadUrl` with `headers`: in UTF-8, one `{"guestId":1,"data":{…}}` a line, `data` optional, as in `guests` of create-batch. It is kept for a day.',
      data: guestListAnswer,
    },
    uses: ['storage'],
    example: { answer: example.guestListAnswer },
  }),
  'create-batch': route('core', 'POST /api/tickets/batch', {
    summary: 'Queue tickets for up to 50,000 guests, or 500,000 of an uploaded list; the batch id makes repeating it harmless',
    body: batchRequest,
    success: { status: 202, description: 'The batch is written down and queued.', data: batchAnswer },
    errors: ['EVENT_NOT_FOUND', 'TEMPLATE_NOT_FOUND', 'GUEST_LIST_NOT_FOUND', 'TEMPLATE_ARCHIVED', 'BATCH_CONFLICT'],
    uses: ['sql', 'storage', 'signer', 'queues', 'preparer'],
    timeoutSeconds: routeTimeouts.longest,
    bulk: true,
    example: { body: example.batchBody, answer: example.batchAnswer },
  }),
  'reprint-tickets': route('core', 'POST /api/events/{eventId}/reprint', {
    summary: 'Print all outdated tickets of an event again, with the same codes; the batch id makes repeating it harmless',
    body: reprintRequest,
    success: { status: 202, description: 'A batch of the outdated tickets is queued.', data: batchAnswer },
    errors: ['BATCH_CONFLICT', 'EVENT_NOT_FOUND'],
    uses: ['sql', 'signer', 'queues', 'preparer'],
    timeoutSeconds: routeTimeouts.longest,
    bulk: true,
    example: { body: example.reprintBody, answer: example.batchAnswer },
  }),
  'get-batch-status': route('core', 'GET /api/batches/{batchId}/status', {
    summary: 'Follow a batch',
    query: pageQuery,
    success: { status: 200, description: 'The counts, and one page of the tickets.', data: batchStatusAnswer },
    uses: ['sql', 'links'],
    example: { answer: example.batchStatusAnswer },
  }),
  'download-batch': route('core', 'GET /api/batches/{batchId}/download', {
    summary:
      'Download the good tickets of a batch as one PDF, in the order of the request, or as a ZIP; for one that was reissued, the new one',
    query: downloadQuery,
    success: {
      status: 302,
      description: 'The file is at an S3 address that lives for five minutes and takes ranges.',
      redirect: true,
      pending: { status: 202, description: 'The file is being made; ask again.', data: downloadProgress },
    },
    errors: ['BATCH_EMPTY'],
    uses: ['sql', 'storage', 'maker'],
    timeoutSeconds: routeTimeouts.dependent,
    example: { answer: example.downloadProgress },
  }),
  'cancel-batch': route('core', 'POST /api/batches/{batchId}/cancel', {
    summary: 'Stop what has not been printed, and revoke the tickets that never were',
    success: {
      status: 202,
      description: 'What was pending is cancelled, and a code that was never printed lets nobody in.',
      data: batchChange,
    },
    uses: ['sql'],
    timeoutSeconds: routeTimeouts.bulk,
    emergency: true,
    example: { answer: example.batchChange },
  }),
  'retry-batch': route('core', 'POST /api/batches/{batchId}/retry', {
    summary: 'Queue the failed tickets again, with the same codes',
    success: { status: 202, description: 'What had failed is queued again.', data: batchChange },
    uses: ['sql', 'signer', 'queues', 'preparer'],
    timeoutSeconds: routeTimeouts.longest,
    bulk: true,
    example: { answer: example.batchChange },
  }),
} satisfies Record<string, Route>
