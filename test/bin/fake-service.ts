import { createHash, generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach } from 'node:test'
import * as z from 'zod'
import { guestListAnswer } from '../../functions/contract/examples/batches.ts'
import { templateAnswer } from '../../functions/contract/examples/templates.ts'
import { revocationsAnswer } from '../../functions/contract/examples/trust.ts'
import { signRevocationList } from '../../functions/trust/revocation-list.ts'

const requestBody = z.looseObject({
  title: z.string().optional(),
  guestId: z.int().optional(),
  guests: z.array(z.looseObject({ guestId: z.int(), firstName: z.string(), lastName: z.string() })).optional(),
  guestIds: z.array(z.int()).optional(),
  guestListId: z.string().optional(),
  options: z.looseObject({ batchId: z.string() }).optional(),
})

/** A request that the fake service got; its body is empty where it had none. */
interface Received {
  method: string
  path: string
  authorization: string | undefined
  body: z.output<typeof requestBody>
}

/** What the fake answers to some requests: a status and a body, or a connection that breaks before or within the answer. */
interface Fault {
  on: RegExp
  times: number
  answer: { status: number; body: unknown; headers?: Record<string, string> } | 'break' | 'cut'
}

/** Speaks the service's contract over HTTP, from memory, with faults on demand: for what a real service cannot be made to do. */
export interface FakeService {
  url: string
  received: Received[]
  /** How many tickets of a batch settle each time its status is read. */
  ticketsEachPoll: number
  /** The guests whose tickets fail, with the code. */
  failing: Map<number, string>
  /** The guests whose tickets were reissued: each has a new code. */
  reissued: Set<number>
  /** What is printed on tickets besides their path; another one makes other PDFs. */
  edition: string
  fault(on: RegExp, answer: Fault['answer'], times?: number): void
  stop(): Promise<void>
}

export const refusal = (code: string, message: string, details: { path: string; problem: string }[] = []) => ({
  success: false,
  error: { code, message, details, requestId: 'request-1' },
})

/** The fake service of the running test. */
export let service: FakeService

/** Starts a fake service for each test of the calling file. */
export function useFakeService(): void {
  beforeEach(async () => {
    service = await startFakeService()
  })
  afterEach(() => service.stop())
}

/** Words of a command line that sends a batch to the fake service. */
export const batch = (...words: string[]) => ['batch', '--event', '456', '--url', service.url, ...words]

/** The calls that the fake service got, without their queries. */
export const calls = () => service.received.map(({ method, path }) => `${method} ${path.split('?')[0]}`)

async function startFakeService(): Promise<FakeService> {
  const faults: Fault[] = []
  const state: State = { guestIds: [], uploadedIds: [], names: new Map(), settled: 0, batchId: '' }
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const fake: FakeService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    ticketsEachPoll: 1000,
    failing: new Map(),
    reissued: new Set(),
    edition: '',
    fault: (on, answer, times = 1) => faults.push({ on, times, answer }),
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  const send = (response: ServerResponse, status: number, body: unknown, headers = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? ''
    const content = (await text(request)) || '{}'
    const isUpload = path.startsWith('/uploads/')
    const body = isUpload ? { guestIds: idsOf(content) } : requestBody.parse(JSON.parse(content))
    const { authorization } = request.headers
    const received = { method: request.method ?? '', path, authorization, body }
    fake.received.push(received)
    const fault = faults.find(({ on, times }) => times > 0 && on.test(`${request.method} ${path}`))
    if (fault) {
      fault.times -= 1
      if (fault.answer === 'break') return request.socket.destroy()
      if (fault.answer === 'cut') {
        response.writeHead(200, { 'content-length': '1000' }).write('%PDF-1.7 cut', () => request.socket.destroy())
        return
      }
      return send(response, fault.answer.status, fault.answer.body, fault.answer.headers)
    }
    if (isUpload) {
      state.uploadedIds = body.guestIds ?? []
      return response.end()
    }
    if (path.startsWith('/pdf/')) {
      const pdf = `%PDF-1.7 of ${path}${fake.edition}`
      const etag = `"${createHash('md5').update(pdf).digest('hex')}"`
      if (request.headers['if-none-match'] === etag) return response.writeHead(304).end()
      return response.writeHead(200, { etag }).end(pdf)
    }
    const data = answerTo(fake, state, received)
    return data ? send(response, 200, { success: true, data }) : send(response, 404, refusal('ROUTE_NOT_FOUND', 'No such route.'))
  })
  return fake
}

interface State {
  guestIds: number[]
  uploadedIds: number[]
  names: Map<number, { firstName: string; lastName: string }>
  settled: number
  batchId: string
}

/** Reads the ids in a guest list. */
function idsOf(list: string): number[] {
  return list
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).guestId)
}

function answerTo(fake: FakeService, state: State, { path, body }: Received): unknown {
  const now = new Date().toISOString()
  if (/^\/api\/events\/\d+$/.test(path))
    return { id: 456, details: {}, outdatedTickets: 0, endsAt: null, retentionDays: null, ...body, startsAt: now }
  if (path.startsWith('/api/templates/')) return path.endsWith('/404') ? undefined : { ...templateAnswer }
  if (path.startsWith('/api/events/456/revocations')) return revocationsOf(fake)
  for (const { guestId, firstName, lastName } of body.guests ?? []) state.names.set(guestId, { firstName, lastName })
  if (path.endsWith('/guests'))
    return { eventId: 456, totalCount: body.guests?.length, createdCount: body.guests?.length, updatedCount: 0 }
  if (path.endsWith('/guest-lists'))
    return { ...guestListAnswer, uploadUrl: `${fake.url}/uploads/456/${guestListAnswer.guestListId}?X-Amz-Signature=s` }
  if (path === '/api/tickets/batch') {
    const guestIds = body.guestListId ? state.uploadedIds : (body.guestIds ?? [])
    const isKnown = state.batchId === body.options?.batchId && state.settled === guestIds.length
    Object.assign(state, { guestIds, batchId: body.options?.batchId })
    const status = isKnown ? 'completed' : 'processing'
    return { batchId: state.batchId, jobId: 1, totalCount: state.guestIds.length, status, estimatedCompletion: now }
  }
  if (path === '/api/tickets/generate')
    return {
      ticketId: 1,
      ticketCode: codeOf(body.guestId ?? 0),
      qrCodeUrl: `${fake.url}/qr/1`,
      pdfUrl: `${fake.url}/pdf/1`,
      generatedAt: now,
    }
  if (/^\/api\/batches\/[^/]+\/(cancel|retry)$/.test(path))
    return { batchId: path.split('/')[3], status: path.endsWith('cancel') ? 'cancelled' : 'processing', changedCount: 2 }
  if (/^\/api\/batches\/[^/]+\/status/.test(path)) return statusOf(fake, state, new URL(path, fake.url).searchParams)
  return undefined
}

function statusOf(fake: FakeService, state: State, query: URLSearchParams) {
  state.settled = Math.min(state.guestIds.length, state.settled + fake.ticketsEachPoll)
  const settled = state.guestIds.slice(0, state.settled)
  const failedCount = settled.filter((id) => fake.failing.has(id)).length
  const from = Number(query.get('cursor') ?? 0)
  const to = from + Number(query.get('limit'))
  const isDone = state.settled === state.guestIds.length
  return {
    batchId: state.batchId,
    jobId: 1,
    eventId: 456,
    status: isDone ? 'completed' : 'processing',
    totalCount: state.guestIds.length,
    processedCount: settled.length,
    generatedCount: settled.length - failedCount,
    failedCount,
    cancelledCount: 0,
    startedAt: '2026-11-22T12:00:00.000Z',
    completedAt: isDone ? '2026-11-22T12:00:10.000Z' : null,
    estimatedCompletion: isDone ? null : '2026-11-22T12:00:10.000Z',
    tickets: state.guestIds
      .slice(from, to)
      .map((guestId, index) => ticketOf(fake, state, { guestId, isSettled: from + index < state.settled })),
    nextCursor: to < state.guestIds.length ? String(to) : null,
  }
}

function ticketOf(fake: FakeService, { names }: State, { guestId, isSettled }: { guestId: number; isSettled: boolean }) {
  const code = fake.failing.get(guestId)
  const status = isSettled ? (code ? 'failed' : 'generated') : 'pending'
  const details = [{ path: 'data.seat', problem: 'is required by the template and not registered' }]
  return {
    ticketId: guestId,
    ticketCode: codeOf(fake.reissued.has(guestId) ? 1_000_000 + guestId : guestId),
    guestId,
    ...(names.get(guestId) ?? { firstName: null, lastName: null }),
    status,
    revokedAt: null,
    outdated: false,
    warnings: [],
    pdfUrl: status === 'generated' ? `${fake.url}/pdf/${guestId}?signature=s` : null,
    error:
      status === 'failed'
        ? { code, message: `It did not work for ${guestId}.`, details: code === 'MISSING_DATA' ? details : [] }
        : null,
  }
}

const { privateKey } = generateKeyPairSync('ed25519')
const keys = {
  signing: { kid: 1, createdAt: new Date(), privateKey },
  verifying: new Map(),
  kids: new Set<number>(),
  hmac: Buffer.of(),
  links: Buffer.of(),
}

function revocationsOf({ reissued }: FakeService) {
  const issuedAt = new Date('2026-11-22T12:00:00Z')
  const retired = [...reissued].map((guestId) => ({ ticketCode: codeOf(guestId), reason: 'superseded' as const }))
  const numbers = { eventId: 456, after: 0, through: retired.length, latest: retired.length }
  const list = signRevocationList(keys, { ...numbers, issuedAt, expiresAt: issuedAt, retired })
  const { event } = revocationsAnswer
  return { ...numbers, event, count: retired.length, issuedAt: issuedAt.toISOString(), expiresAt: issuedAt.toISOString(), list }
}

/** Names the code of a guest's ticket. */
export function codeOf(guestId: number): string {
  return `TC-2026-${String(guestId).padStart(12, '0')}`
}

/** Names the file of a guest's ticket in a batch of the guests 1 to n of `makeGuestFile`. */
export function fileOf(guestId: number, code = codeOf(guestId)): string {
  return `${String(guestId).padStart(4, '0')}-Lovelace-Ada-${code}.pdf`
}
