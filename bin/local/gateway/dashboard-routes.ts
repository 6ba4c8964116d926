import path from 'node:path'
import { MetricReadings } from '../../dashboard/metric-readings.ts'
import { describePicture } from '../../dashboard/picture.ts'
import type { ApiHandler, GatewayRoute } from './api-gateway.ts'
import { openPageFolder, respondText } from './page-folder.ts'

const pages = openPageFolder(path.join(import.meta.dirname, '../../dashboard/page'), {
  'dashboard.js': 'dashboard.ts',
  'dashboard.css': 'dashboard.css',
})
const mostMinutes = 120
const refusal = 'This server only accepts signed requests, which a browser cannot send: run "npx tickets dashboard".'

/** Makes the routes of /dashboard, which draws the metrics of this server's state folder in a browser. */
export function dashboardRoutes({ stateFolder, signed }: { stateFolder: string; signed: boolean }): {
  routes: GatewayRoute[]
  handlers: Record<string, ApiHandler>
} {
  const common = { method: 'GET', timeoutSeconds: 15, authorization: 'none' } as const
  const readings = new MetricReadings(stateFolder)
  return {
    routes: [
      { name: 'get-dashboard', path: '/dashboard', ...common },
      { name: 'get-dashboard-file', path: '/dashboard/{file}', ...common },
    ],
    handlers: {
      'get-dashboard': async () => {
        if (signed) return respondText('text/plain; charset=utf-8', refusal, { statusCode: 403 })
        return await pages.respondFile('index.html')
      },
      'get-dashboard-file': async ({ pathParameters, queryStringParameters }) => {
        const name = pathParameters?.file ?? ''
        if (signed || name !== 'readings.json') return await pages.respondFile(name)
        const minutes = Math.min(Math.max(1, Math.floor(Number(queryStringParameters?.minutes ?? 30)) || 1), mostMinutes)
        await readings.refresh()
        const now = Date.now()
        const described = describePicture({ readings, health: '', now, minutes })
        return respondText('application/json; charset=utf-8', JSON.stringify({ now, ...described }))
      },
    },
  }
}
