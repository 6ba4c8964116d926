import { generateBody } from '../../functions/contract/examples/tickets.ts'
import type { LocalStack } from './stack.ts'

/** Writes the message of a ready server: its address, and commands to paste. */
export function writeReadyText(stack: LocalStack, seconds: number): string {
  const data = JSON.stringify(generateBody).replaceAll("'", "'\\''")
  const generate = `curl -s ${stack.url}/api/tickets/generate -H 'content-type: application/json' -d '${data}'`
  const place = stack.databaseFolder.startsWith(stack.stateFolder) ? '' : ` (PostgreSQL's data: ${stack.databaseFolder})`
  const studio = stack.credentialsFile ? '' : `Design templates in a browser: ${stack.url}/studio\n`
  const examples = stack.credentialsFile ? signedExamples(stack.url, stack.credentialsFile) : unsignedExamples(generate)
  return `
The Ticket Generator Service is ready at ${stack.url} after ${seconds.toFixed(1)} s.
Its state is in ${stack.stateFolder}${place}; Ctrl-C stops everything.

${examples}
Read the API's documentation in a browser: ${stack.url}/docs
${studio}`
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
