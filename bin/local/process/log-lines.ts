import { styleText } from 'node:util'
import { prettyFactory } from 'pino-pretty'
import * as z from 'zod'
import { routes } from '../../../functions/contract/routes/routes.ts'
import { printable, printableJson } from '../../tickets/terminal.ts'

/** How log lines are shown: as JSON, one object a line, or as text for people. */
export type LogFormat = 'json' | 'text'

const logLine = z.object({
  message: z.string(),
  requestId: z.string().optional(),
  data: z.record(z.string(), z.unknown()).default({}),
  error: z.object({ message: z.string(), stack: z.string().optional() }).optional(),
})
const answered = z.looseObject({ route: z.string(), status: z.int(), durationMs: z.number() })

/**
 * Returns a function that formats a line of a function's log, which is JSON. As text it is one coloured line
 * with time, level, what happened and its ids. A failure also has the request's id.
 */
export function logFormatter(format: LogFormat): (line: string) => string {
  if (format === 'json') return (line) => `${printableJson(line)}\n`
  const pretty = prettyFactory({
    colorize: true,
    messageKey: 'message',
    timestampKey: 'timestamp',
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'service,requestId,data,error',
    customColors: 'message:reset',
    messageFormat: describe,
  })
  return (line) => (line.startsWith('{') ? pretty(line) : `${printable(line)}\n`)
}

function describe(line: unknown): string {
  const parsed = logLine.safeParse(line)
  if (!parsed.success) return printable(JSON.stringify(line))
  const { message, requestId, data, error } = parsed.data
  const request = answered.safeParse(data)
  const what = request.success ? describeAnswer(request.data) : printable(`${message}${listFields(data)}`)
  const reason = error ? printable(`: ${error.message}`) : ''
  const isFailure = error !== undefined || (request.success && request.data.status >= 400)
  return `${what}${reason}${isFailure && requestId ? `  request ${printable(requestId)}` : ''}`
}

function describeAnswer({ route, status, durationMs, ...ids }: z.output<typeof answered>): string {
  const colour = status < 400 ? 'green' : status < 500 ? 'yellow' : 'red'
  return `${nameRoute(route)} ${styleText(colour, String(status), { validateStream: false })} ${printable(`${durationMs} ms${listFields(ids)}`)}`
}

/** Names a route as its callers know it, by method and path. */
function nameRoute(name: string): string {
  const route = Object.entries(routes).find(([key]) => key === name)?.[1]
  return route && name !== 'refuse-path' ? `${route.method} ${route.path}` : 'unknown path'
}

function listFields(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .map(([name, value]) => `  ${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join('')
}
