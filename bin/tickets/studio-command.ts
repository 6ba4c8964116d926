import { once } from 'node:events'
import * as z from 'zod'
import { StartFailure } from '../local/process/start-failure.ts'
import type { Work } from './command.ts'
import { BadInput, exitCodes, reasonOf } from './failures.ts'
import { integerOption } from './options.ts'
import { writeJson, writeLines } from './terminal.ts'

const studioInput = z.object({
  port: integerOption(0, 65_535),
  readOnly: z.boolean().default(false),
  json: z.boolean().default(false),
  quiet: z.boolean().default(false),
})

/** Serves the studio for the templates of a service until Ctrl-C. */
export const serveStudio: Work<typeof studioInput> = {
  input: studioInput,
  run: async ({ core, url: service, progress, signal }, { port, readOnly, json, quiet }) => {
    // Tells now, and with all advice, if the service, the region or the credentials are wrong.
    await core.list_templates({ query: { limit: 1 } })
    // Loaded on demand: other commands start faster without it.
    const { openStudio } = await import('./studio-server.ts')
    const studio = await openStudio({ core, url: service }, { port, readOnly, log: progress.log }).catch((error: unknown) => {
      if (!(error instanceof StartFailure)) throw error
      throw new BadInput(`Port ${port} cannot be used: ${reasonOf(error)}. Choose another with --port.`, [], { cause: error })
    })
    const { url } = studio
    if (json) writeJson(process.stdout, { url, service, readOnly })
    else writeLines(process.stdout, quiet ? [url] : describe(url, { service, readOnly }))
    if (!signal.aborted) await once(signal, 'abort')
    await studio.stop()
    return { lines: ['The studio is closed.'], data: { closed: true }, exitCode: exitCodes.done }
  },
}

function describe(url: string, { service, readOnly }: { service: string; readOnly: boolean }): string[] {
  return [
    `The studio for ${service} is open${readOnly ? ', read-only' : ''}:`,
    `  ${url}`,
    'Keep the link to yourself: its calls are signed with your credentials. Ctrl-C closes the studio.',
  ]
}
