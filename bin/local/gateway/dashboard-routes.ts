import path from 'node:path'
import * as z from 'zod'
import { MetricReadings } from '../../dashboard/metric-readings.ts'
import { describePicture } from '../../dashboard/picture.ts'
import type { GatewayRoute } from './api-gateway.ts'
import { openPageFolder, pageRoute, respondText } from './page-folder.ts'

const pages = openPageFolder(path.join(import.meta.dirname, '../../dashboard/page'), {
  'dashboard.js': 'dashboard.ts',
  'dashboard.css': 'dashboard.css',
})
const query = z.object({ minutes: z.coerce.number().int().min(1).max(120).catch(30) })
const refusal = 'This server only accepts signed requests, which a browser cannot send: run "npx tickets dashboard".'

/** Makes the routes of /dashboard, which draws the metrics of this server's state folder in a browser. */
export function dashboardRoutes({ stateFolder, signed }: { stateFolder: string; signed: boolean }): GatewayRoute[] {
  const readings = new MetricReadings(stateFolder)
  return [
    pageRoute('/dashboard', async () => {
      if (signed) return respondText('text/plain; charset=utf-8', refusal, { statusCode: 403 })
      return await pages.respondFile('index.html')
    }),
    pageRoute('/dashboard/{file}', async ({ pathParameters, queryStringParameters }) => {
      const name = pathParameters?.file ?? ''
      if (signed || name !== 'readings.json') return await pages.respondFile(name)
      const { minutes } = query.parse(queryStringParameters ?? {})
      await readings.refresh()
      const described = describePicture({ readings, health: '', now: Date.now(), minutes })
      return respondText('application/json; charset=utf-8', JSON.stringify(described))
    }),
  ]
}
