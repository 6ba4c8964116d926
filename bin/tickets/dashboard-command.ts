import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import { variables } from '../../functions/contract/environment.ts'
import { routes } from '../../functions/contract/routes/routes.ts'
import { MetricReadings } from '../dashboard/metric-readings.ts'
import { type Described, describePicture, drawPicture, paintLine } from '../dashboard/picture.ts'
import { defineCommand, type Session } from './command.ts'
import { BadInput } from './failures.ts'
import { flag, integerOption, option } from './options.ts'
import { done } from './report.ts'
import { drawScreen } from './terminal.ts'

const defaultState = variables.LOCAL_STATE_DIR.schema.parse(undefined)
const refreshIntervalMs = 2000
const healthIntervalMs = 15_000

/** Draws the dashboard of a local stack. On a terminal, redraws it in place until Ctrl-C. */
export const showDashboard = defineCommand({
  usage: 'dashboard',
  description: 'Draw a dashboard of the local service: traffic, times, queues and alarms.',
  examples: ['dashboard', 'dashboard --once --minutes 60'],
  fields: {
    state: z
      .string()
      .min(1, 'must name a folder')
      .default(defaultState)
      .meta({
        value: '<folder>',
        meaning: `state folder of the local server (default: ${defaultState})`,
        env: 'LOCAL_STATE_DIR',
      }),
    minutes: option(integerOption(1, 120).default(30), '<minutes>', 'minutes to show, 1 to 120 (default: 30)'),
    once: flag('draw once and exit, as without a terminal'),
    json: z.boolean().default(false),
    quiet: z.boolean().default(false),
  },
  run: async (session, { state, minutes, once, json, quiet }) => {
    if (!existsSync(state))
      throw new BadInput(
        `The state folder ${state} does not exist: start the service with "npm start", or name its folder with --state.`,
      )
    const readings = new MetricReadings(state)
    const look = async (health: string) => {
      await readings.refresh()
      return describePicture({ readings, health, now: Date.now(), minutes })
    }
    if (process.stdout.isTTY && !once && !json && !quiet) await redraw(session, look)
    const described = await look(await describeHealth(session))
    return done(drawPicture(described, columnsOf()), described)
  },
})

async function redraw({ url, signal }: Session, look: (health: string) => Promise<Described>): Promise<void> {
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
