import type { OpenEngine } from './engine.ts'
import { openOurs } from './ours.ts'

/** Opens this service's printer with every ticket tagged by Chromium. */
export const open: OpenEngine = (settings) => openOurs(settings, { tagCache: false })
