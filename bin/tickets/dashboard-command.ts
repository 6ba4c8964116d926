import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import { routes } from '../../functions/contract/routes/routes.ts'
import { MetricReadings } from '../dashboard/metric-readings.ts'
import { describePicture, drawPicture, paintLine, type Subject } from '../dashboard/picture.ts'
import type { Session, Work } from './command.ts'
import { BadInput, exitCodes } from './failures.ts'
import { integerOption } from './options.ts'
import { drawScreen } from './terminal.ts'

const dashboardInput = z.object({
  state: z.string().min(1, 'must name a folder'),
  minutes: integerOption(1, 120),
  once: z.boolean().default(false),
  json: z.boolean().default(false),
  quiet: z.boolean().default(false),
})

const refreshIntervalMs = 2000
const healthIntervalMs = 15_000

/** Draws the dashboard of a local stack. On a terminal, redraws it in place until Ctrl-C. */
export const showDashboard: Work<typeof dashboardInput> = {
  input: dashboardInput,
  run: async (session, { state, minutes, once, json, quiet }) => {
    if (!existsSync(state))
      throw new BadInput(
        `The state folder ${state} does not exist: start the service with "npm start", or name its folder with --state.`,
      )
    const readings = new MetricReadings(state)
    const look = async (health: string): Promise<Subject> => {
      await readings.refresh()
      return { readings, health, now: Date.now(), minutes }
    }
    if (process.stdout.isTTY && !once && !json && !quiet) await redraw(session, look)
    const subject = await look(await describeHealth(session))
    return { lines: drawPicture(subject, columnsOf()), data: describePicture(subject), exitCode: exitCodes.done }
  },
}

async function redraw({ url, signal }: Session, look: (health: string) => Promise<Subject>): Promise<void> {
  let health = { text: '', at: 0 }
  while (!signal.aborted) {
    // Asked rarely: the health check prints a page, which would dominate the figures of an idle service.
    if (Date.now() - health.at > healthIntervalMs) health = { text: await describeHealth({ url }), at: Date.now() }
    drawScreen(process.stdout, drawPicture(await look(health.text), columnsOf()), paintLine)
    await delay(refreshIntervalMs, undefined, { signal }).catch(() => undefined)
  }
  drawScreen(process.stdout, [], paintLine)
}

function columnsOf(): number {
  return process.stdout.columns || 100
}

async function describeHealth({ url }: Pick<Session, 'url'>): Promise<string> {
  try {
    const { path, success } = routes['get-detailed-health']
    const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(healthIntervalMs) })
    const { status, dependencies } = success.document.parse(await response.json())
    const down = Object.entries(dependencies).flatMap(([name, works]) => (works ? [] : [name]))
    return `${url} is ${status}${down.length > 0 ? ` (down: ${down.join(', ')})` : ''}`
  } catch {
    return `${url} cannot be reached`
  }
}
