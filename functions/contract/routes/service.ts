import * as z from 'zod'
import { doorAssets, doorMedia } from '../door-page.ts'
import * as example from '../examples/tickets.ts'
import { routeTimeouts } from '../retries.ts'
import { detailedHealth, health, openApiAnswer } from '../schemas/answers.ts'
import { type Route, route } from './route.ts'

/** The routes about the service itself: its health, its contract, and the pages it serves. */
export const serviceRoutes = {
  'get-health': route('public', 'GET /health', {
    summary: 'Tell whether the service answers',
    success: { status: 200, description: 'It does.', document: health },
    example: { answer: example.health },
  }),
  'get-detailed-health': route('core', 'GET /health/detailed', {
    summary: 'Tell which parts work and how much waits',
    success: {
      status: 200,
      description: 'Every part works.',
      document: detailedHealth,
      downStatus: 503,
      downDescription: 'A part is down; the body says which.',
    },
    uses: ['sql', 'storage', 'queues', 'renderer'],
    timeoutSeconds: routeTimeouts.dependent,
    example: { answer: example.detailedHealth },
  }),
  'get-openapi': route('public', 'GET /openapi.json', {
    summary: 'Read this contract as OpenAPI 3.1',
    success: { status: 200, description: 'The contract.', document: openApiAnswer },
    variables: ['PUBLIC_URL', 'ALLOWED_CALLERS'],
    example: { answer: { openapi: '3.1.0', info: { title: 'Ticket Generator Service', version: '1.0.0' }, paths: {} } },
  }),
  'get-docs': route('public', 'GET /docs', {
    summary: 'Read this contract as a page',
    success: { status: 200, description: 'The page.', media: ['text/html'] },
    variables: ['PUBLIC_URL', 'ALLOWED_CALLERS'],
  }),
  'get-door': route('public', 'GET /door', {
    summary: 'Open the page that scans tickets at a door; it works with the door pass in its link',
    success: { status: 200, description: 'The page.', media: ['text/html'] },
  }),
  'get-door-asset': route('public', 'GET /door/{asset}', {
    summary: 'Load a part of the door page',
    params: z.object({ asset: z.enum(doorAssets, `must be one of ${doorAssets.join(', ')}`) }),
    success: {
      status: 200,
      description: 'The file.',
      media: Object.values(doorMedia).map((media) => media.replace(/;.*/, '')),
    },
    example: { params: { asset: 'door.css' } },
  }),
} satisfies Record<string, Route>
