import type { Route } from '../routes/route.ts'
import { routes } from '../routes/routes.ts'

/** The five calls from nothing to a downloaded batch, in order. */
const firstCalls: [keyof typeof routes, string][] = [
  ['register-event', 'Register an event; sending it again updates it.'],
  ['register-guests', 'Register its guests, up to 10,000 a call.'],
  ['create-batch', 'Queue a ticket for each of them. The `batchId` makes it safe to send this again.'],
  ['get-batch-status', 'Follow the batch until its status is `completed`. Each printed ticket has links to its PDF and QR code.'],
  ['download-batch', 'Download all tickets as one PDF. While the file is being made, the answer is 202 with `Retry-After`.'],
]

/** Writes what the document opens with: how calls are made, and the first five of them. */
export function introduction({ url, anyoneMayCall }: { url: string; anyoneMayCall: boolean }): string {
  const calls = firstCalls.flatMap(([name, meaning], index) => [
    `${index + 1}. ${meaning}`,
    '',
    ...fence(name, url, anyoneMayCall),
    '',
  ])
  return [
    'Personalised PDF tickets with QR codes that cannot be forged.',
    '',
    '## Getting started',
    anyoneMayCall
      ? 'This service runs without signatures, as on a developer’s machine.'
      : 'Core signs its calls with AWS Signature Version 4; `curl` does so with `--aws-sigv4` and your access key.',
    '',
    ...calls,
    '## Every call',
    '- JSON in UTF-8, in and out. Success is `{ "success": true, "data": … }`; failure is `{ "success": false, "error": { "code", "message", "details", "requestId" } }`.',
    '- Branch on `code`, which never changes its meaning; show `message` to people; quote `requestId` to support.',
    '- Wait for as long as `Retry-After` says after 429 and 503, and ask again: nothing was half-done.',
    '- Calls that are not idempotent by nature take the header `Idempotency-Key`; what it returned is returned again for 24 hours.',
    '- Lists come in pages. Pass `nextCursor` as `cursor` to get the next page; null ends the list.',
    '- To follow changes, list with `updatedSince`: first `1970-01-01T00:00:00Z`, then the `watermark` of the list before, saved once all its pages are read. No change is missed, but a row may come twice: upsert it by its id. Erased guests leave the list; the notice `guest.erased` names them.',
    '- HEAD answers wherever GET does. Another method is refused with 405, and the header `Allow` lists those that the path takes.',
    '- Ignore fields that you do not know: answers may gain fields.',
  ].join('\n')
}

/** Writes a call as a command for a shell. */
function fence(name: keyof typeof routes, url: string, anyoneMayCall: boolean): string[] {
  const { method, path, example }: Route = routes[name]
  const target = path.replace(/\{(\w+)\}/g, (_, param) => encodeURIComponent(example.params?.[param] ?? ''))
  const query = new URLSearchParams(example.query).toString()
  const options = [
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    ...(anyoneMayCall ? [] : ['--aws-sigv4 aws:amz:eu-west-3:execute-api --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"']),
    ...(example.body === undefined ? [] : ["-H 'content-type: application/json'", `-d '${JSON.stringify(example.body)}'`]),
    ...('redirect' in routes[name].success ? ['-L -o tickets.pdf'] : []),
  ]
  return ['   ```sh', `   ${['curl', ...options, `'${url}${target}${query && `?${query}`}'`].join(' ')}`, '   ```']
}
