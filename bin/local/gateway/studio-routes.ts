import path from 'node:path'
import { templateLimits } from '../../../functions/contract/template-check.ts'
import { trialGuests } from '../../../functions/print/trial/trial-guests.ts'
import type { GatewayRoute } from './api-gateway.ts'
import { openPageFolder, pageRoute, respondText } from './page-folder.ts'

/** How a server offers the studio. If `signed`, calls must be signed, which a browser cannot do. */
export interface StudioMode {
  signed: boolean
  /** The address of the service whose templates are edited; empty for the server itself. */
  service: string
  readOnly: boolean
}

/** The server's settings for the studio page. */
export interface StudioSettings extends StudioMode {
  guests: { name: string; data: Readonly<Record<string, unknown>> }[]
  limits: Pick<typeof templateLimits, 'sourceBytes' | 'assets' | 'assetBytes' | 'assetsBytes'>
}

const pages = openPageFolder(path.join(import.meta.dirname, '../studio'), { 'studio.js': 'studio.ts', 'event.js': 'event.ts' })

/**
 * Makes the routes of /studio, where people design templates in a browser. They are not in the contract: a
 * browser cannot sign the calls that Core's routes require, so the page works on a local server without
 * signing, and on `npx tickets studio`, which signs what it forwards.
 */
export function studioRoutes(mode: StudioMode): GatewayRoute[] {
  return [
    pageRoute('/studio', async () => await pages.respondPage({ shows: previews })),
    pageRoute('/studio/{file}', async ({ pathParameters }) => {
      const name = pathParameters?.file ?? ''
      if (name === 'settings.json') return respondSettings(mode)
      return await pages.respondFile(name, { shows: name === 'event.html' ? framedPages : previews })
    }),
  ]
}

function respondSettings(mode: StudioMode) {
  const { sourceBytes, assets, assetBytes, assetsBytes } = templateLimits
  const guests = trialGuests.map(({ name, variables }) => ({ name, data: variables }))
  const settings: StudioSettings = { ...mode, guests, limits: { sourceBytes, assets, assetBytes, assetsBytes } }
  return respondText('application/json; charset=utf-8', JSON.stringify(settings))
}

/** Preview images and the downloaded PDF are blobs that the page makes of the service's responses. */
const previews = { 'img-src': 'blob:' }

/** Frames of guests' pages take the policy of the page around them: their styles and pictures, but no script. */
const framedPages = { 'style-src': "'unsafe-inline'", 'img-src': 'blob: data:' }
