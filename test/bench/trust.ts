import { generateKeyPairSync } from 'node:crypto'
import { cpus } from 'node:os'
import { importKeys, readRevocations, verifyTicket } from '../../functions/trust/offline-verify.ts'
import type { SigningKeys } from '../../functions/trust/signing-keys.ts'
import { makeTicketCode } from '../../functions/trust/ticket-code.ts'
import { makeTicketSigner } from '../../functions/trust/ticket-signer.ts'
import { startService } from '../fixtures/running-service.ts'
import { writeTable } from './markdown-table.ts'
import { mean, quantile } from './statistics.ts'

/**
 * `npm run bench:trust` prints how many codes are signed, verified offline and validated per second.
 */
const secondsEach = 4
const guestCount = 2000
const revocationCount = 10_000
const requestsAtOnce = 8
const eventId = 9001
const issuedAt = new Date()
const emptyEvent = JSON.parse(
  '{"headers":{"content-type":"application/json"},"requestContext":{"requestId":"bench","identity":{"userArn":null}},"isBase64Encoded":false}',
)
const signer = makeTicketSigner(makeKeys())

process.stdout.write(`${cpus().length} cores, ${cpus()[0]?.model}, Node ${process.version}\n\n`)
const rows = [...measureSigning(), ...(await measureOffline()), ...(await measureValidation())]
process.stdout.write(writeTable(['codes a door can trust', 'measured', 'target'], rows))
process.exit(0)

function makeKeys(): SigningKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const secret = Buffer.alloc(32, 7)
  return {
    signing: { kid: 1, createdAt: issuedAt, privateKey },
    verifying: new Map([[1, { kid: 1, x, publicKey }]]),
    kids: new Set([1]),
    hmac: secret,
    links: secret,
  }
}

function sign(guestId: number, ticketCode = makeTicketCode(issuedAt)): string {
  return signer.sign({ ticketCode, eventId, guestId, issuedAt, expiresAt: null }, 'compact')
}

function measureSigning(): string[][] {
  let signed = 0
  const startedAt = performance.now()
  while (performance.now() - startedAt < secondsEach * 1000) sign(++signed)
  const rate = signed / ((performance.now() - startedAt) / 1000)
  return [['make codes and sign tokens, one thread', `${rate.toFixed(0)} /s`, '≥ 10000 /s']]
}

/** Verifies tokens as a door does that knows many revoked codes. */
async function measureOffline(): Promise<string[][]> {
  const list = signer.signRevocations({
    ...{ eventId, after: 0, through: revocationCount, latest: revocationCount, issuedAt },
    expiresAt: new Date(issuedAt.getTime() + 86_400_000),
    retired: Array.from({ length: revocationCount }, () => ({ ticketCode: makeTicketCode(issuedAt), reason: 'revoked' })),
  })
  const keys = await importKeys(signer.publicKeys())
  const readAt = performance.now()
  const revocations = await readRevocations([list], keys, eventId)
  const readMs = performance.now() - readAt
  const each: number[] = []
  for (let guestId = 1; guestId <= 3000; guestId++) {
    const token = sign(guestId)
    const startedAt = performance.now()
    const { valid } = await verifyTicket(token, { keys, revocations, eventId, now: new Date() })
    each.push(performance.now() - startedAt)
    if (!valid) throw new Error(`A good token was refused: ${token}`)
  }
  return [
    [`offline verification, ${revocationCount} codes retired: mean`, `${mean(each).toFixed(3)} ms`, '≤ 1 ms'],
    ['offline verification: 99th percentile', `${quantile(each, 0.99).toFixed(3)} ms`, ''],
    [`signed list of ${revocationCount} revoked codes`, `${(list.length / 1000).toFixed(1)} KB`, '≤ 200 KB'],
    ['opening that list, once', `${readMs.toFixed(1)} ms`, ''],
  ]
}

/** Calls the handler itself, as Lambda would, in this one thread; PostgreSQL has a process of its own. */
async function measureValidation(): Promise<string[][]> {
  const service = await startService()
  try {
    const payloads = await makeTickets(service)
    const { handler } = await import('../../functions/api/validate-ticket.ts')
    const { makeContext } = await import('../../bin/local/lambda/lambda-context.ts')
    const validate = async (qr: string) => {
      const body = JSON.stringify({ qr })
      const deadline = Date.now() + 10_000
      const context = makeContext({ requestId: 'bench', functionName: 'validate-ticket', deadline })
      const answer = await handler({ ...emptyEvent, body }, context)
      if (!answer.body.includes('"valid":true')) throw new Error(answer.body)
    }
    const run = async (seconds: number, callers: number) => {
      let done = 0
      const startedAt = performance.now()
      const cpu = process.cpuUsage()
      const call = async () => {
        while (performance.now() - startedAt < seconds * 1000) await validate(payloads[done++ % payloads.length] ?? '')
      }
      await Promise.all(Array.from({ length: callers }, call))
      const { user, system } = process.cpuUsage(cpu)
      return { rate: done / ((performance.now() - startedAt) / 1000), cpuMs: (user + system) / 1000 / done }
    }
    await run(1, requestsAtOnce)
    const many = await run(secondsEach, requestsAtOnce)
    const one = await run(secondsEach, 1)
    return [
      [`validate by token through the handler, ${requestsAtOnce} at once`, `${many.rate.toFixed(0)} /s`, '≥ 1500 /s'],
      ['of that, this process’s own CPU time each', `${many.cpuMs.toFixed(3)} ms`, ''],
      ['validate, one after the other', `${one.rate.toFixed(0)} /s`, ''],
    ]
  } finally {
    await service.stop()
  }
}

/** Writes tickets for many guests, cancels their printing, and returns the payloads of their QR codes. */
async function makeTickets({ call, sql }: Awaited<ReturnType<typeof startService>>): Promise<string[]> {
  await call('PUT', `/api/events/${eventId}`, {
    title: 'Ball',
    startsAt: '2026-06-12T09:00:00Z',
    timezone: 'UTC',
    location: 'Here',
  })
  const guests = Array.from({ length: guestCount }, (_, at) => ({
    guestId: at + 1,
    firstName: 'Al',
    lastName: `Ko ${at}`,
    ticketType: 'VIP',
  }))
  await call('PUT', `/api/events/${eventId}/guests`, { guests })
  const guestIds = guests.map(({ guestId }) => guestId)
  await call('POST', '/api/tickets/batch', { eventId, guestIds, options: { batchId: 'bench' } })
  await call('POST', '/api/batches/bench/cancel')
  const tickets = await sql<{ qr_code_data: string }[]>`SELECT qr_code_data FROM generated_tickets WHERE event_id = ${eventId}`
  return tickets.map(({ qr_code_data }) => qr_code_data)
}
