import * as z from 'zod'
import { variables } from '../../functions/contract/environment.ts'
import { generateBody } from '../../functions/contract/examples/tickets.ts'
import { settings } from './settings.ts'
import type { LocalStack } from './stack.ts'

/** Describes each environment variable of the contract that a user may set, by line. */
export function describeSettings(): string[] {
  return settings.map((name) => `  ${name.padEnd(24)} ${variables[name].meaning}${defaultOf(variables[name].schema)}`)
}

function defaultOf(schema: z.ZodType): string {
  const { data } = z.safeParse(schema, undefined)
  return data === undefined ? '' : ` Default: ${data}.`
}

/** Writes the message of a ready server: its address, and commands to paste. */
export function writeReadyText(stack: LocalStack, seconds: number): string {
  const example = JSON.stringify(generateBody).replaceAll("'", "'\\''")
  const generate = `curl -s ${stack.url}/api/tickets/generate -H 'content-type: application/json' -d '${example}'`
  const { databaseFolder: data, metricsUrl } = stack
  const place = data ? ` (PostgreSQL's data: ${data})` : ' and in the database of DATABASE_URL'
  const studio = stack.credentialsFile
    ? ''
    : `Design templates in a browser: ${stack.url}/studio\nWatch the metrics in a browser: ${stack.url}/dashboard\n`
  const examples = stack.credentialsFile ? signedExamples(stack.url, stack.credentialsFile) : unsignedExamples(generate)
  return `
The Ticket Generator Service is ready at ${stack.url} after ${seconds.toFixed(1)} s.
Its state is in ${stack.stateFolder}${data.startsWith(stack.stateFolder) ? '' : place}; Ctrl-C stops everything.

${examples}
See everything in a browser: ${stack.url}
Read the API's documentation in a browser: ${stack.url}/docs
See each change as subscribers do: npx tickets notices --follow --url ${stack.url}${stack.credentialsFile ? ' --region us-east-1' : ''}
${studio}${metricsUrl ? `Metrics for Prometheus: ${metricsUrl}\n` : ''}`
}

function unsignedExamples(generate: string): string {
  return `Generate a ticket:
  ${generate}

Generate it and save its PDF as ticket.pdf:
  curl -sL -o ticket.pdf "$(${generate} | sed -E 's/.*"pdfUrl":"([^"]+)".*/\\1/')"
`
}

function signedExamples(url: string, credentialsFile: string): string {
  const { eventId, guestId } = generateBody
  return `Calls must be signed for AWS (REQUIRE_AUTH=1). Core's keys are in ${credentialsFile}, which the AWS SDKs read:
  export AWS_SHARED_CREDENTIALS_FILE="${credentialsFile}" AWS_PROFILE=core

Generate a ticket and save its PDF as ticket.pdf:
  npx tickets generate --event ${eventId} --guest ${guestId} --out ticket.pdf --url ${url} --region us-east-1
`
}
