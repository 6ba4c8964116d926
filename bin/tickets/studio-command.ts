import { once } from 'node:events'
import * as z from 'zod'
import { StartFailure } from '../local/process/start-failure.ts'
import { defineCommand } from './command.ts'
import { BadInput, reasonOf } from './failures.ts'
import { flag, integerOption, option } from './options.ts'
import { done } from './report.ts'
import { writeJson, writeLines } from './terminal.ts'

/** Serves the studio for the templates of a service until Ctrl-C. */
export const serveStudio = defineCommand({
  usage: 'studio',
  description: 'Open the studio on this machine, to design the templates of a service; its calls are signed for AWS.',
  examples: [
    'studio --url https://abc123.execute-api.eu-west-3.amazonaws.com/prod',
    'studio --url https://tickets.example.com --region eu-west-3 --read-only',
  ],
  fields: {
    port: option(
      integerOption(0, 65_535).default(3010),
      '<port>',
      'port of this machine to serve it on; 0 takes a free one (default: 3010)',
    ),
    readOnly: flag('look, check and preview; save, archive and restore nothing'),
    json: z.boolean().default(false),
    quiet: z.boolean().default(false),
  },
  run: async ({ core, url: service, progress, signal }, { port, readOnly, json, quiet }) => {
    // Fails early, with all advice, if the service, the region or the credentials are wrong.
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
    return done(['The studio is closed.'], { closed: true })
  },
})

function describe(url: string, { service, readOnly }: { service: string; readOnly: boolean }): string[] {
  return [
    `The studio for ${service} is open${readOnly ? ', read-only' : ''}:`,
    `  ${url}`,
    'Keep the link to yourself: its calls are signed with your credentials. Ctrl-C closes the studio.',
  ]
}
