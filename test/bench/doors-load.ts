import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'

/** What a thread of doors is told: where the service is, and each door's pass with the tickets that it scans. */
export interface DoorsOrder {
  url: string
  perSecond: number
  startAt: number
  doors: { pass: string; scans: { ticketId: number; code: string }[] }[]
}

/** What a thread of doors saw of each scan: milliseconds until the answer, and its status. */
export interface DoorsReport {
  milliseconds: number[]
  statuses: number[]
}

const agent = new Agent({ keepAlive: true, maxSockets: 200 })
const report: DoorsReport = { milliseconds: [], statuses: [] }

if (parentPort) {
  const order: DoorsOrder = workerData
  await Promise.all(order.doors.map((door, index) => scanAll(order, door, index)))
  parentPort.postMessage(report)
  agent.destroy()
}

/** Scans at a steady rate, however long answers take. */
async function scanAll(
  { url, perSecond, startAt, doors }: DoorsOrder,
  { pass, scans }: DoorsOrder['doors'][number],
  index: number,
) {
  const running: Promise<void>[] = []
  for (const [at, { ticketId, code }] of scans.entries()) {
    const due = startAt + ((at + index / doors.length) * 1000) / perSecond
    await sleep(Math.max(0, due - Date.now()))
    running.push(post(`${url}/door/api/tickets/${ticketId}/check-in`, pass, { code, scanId: randomUUID() }))
  }
  await Promise.all(running)
}

async function post(url: string, pass: string, body: object): Promise<void> {
  const startedAt = performance.now()
  const status = await new Promise<number>((resolve) => {
    const headers = { authorization: `Door ${pass}`, 'content-type': 'application/json' }
    const call = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
    call.on('error', () => resolve(0)).end(JSON.stringify(body))
  })
  report.milliseconds.push(performance.now() - startedAt)
  report.statuses.push(status)
}
