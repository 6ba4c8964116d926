import * as example from '../examples/wallet.ts'
import { changedPasses, changedPassesQuery, passRegistration, walletLog } from '../schemas/wallet.ts'
import { type Route, route } from './route.ts'

const mount = '/wallet/apple/v1' as const

/**
 * The web service that Apple Wallet calls about passes, with the statuses that Apple prescribes. The token of a pass
 * authorizes a call as a signature does a link. Source: Apple, "Adding a Web Service to Update Passes".
 */
export const walletRoutes = {
  'register-pass': route('link', `POST ${mount}/devices/{deviceId}/registrations/{passType}/{serialNumber}`, {
    summary: 'Tell a device of changes of a pass; Apple Wallet calls this when a guest saves it',
    body: passRegistration,
    success: { status: 201, description: 'The device is told.', empty: { 200: 'It was registered before.' } },
    errors: ['PASS_TOKEN_WRONG'],
    uses: ['sql', 'links'],
    example: { body: example.registration },
  }),
  'unregister-pass': route('link', `DELETE ${mount}/devices/{deviceId}/registrations/{passType}/{serialNumber}`, {
    summary: 'Stop telling a device of a pass; Apple Wallet calls this when a guest deletes it',
    success: { status: 200, description: 'The device is not told any more.', empty: {} },
    errors: ['PASS_TOKEN_WRONG'],
    uses: ['sql', 'links'],
  }),
  'list-changed-passes': route('link', `GET ${mount}/devices/{deviceId}/registrations/{passType}`, {
    summary: 'List the passes of a device that have changed since it asked last',
    query: changedPassesQuery,
    success: {
      status: 200,
      description: 'The serial numbers of these passes.',
      document: changedPasses,
      empty: { 204: 'None has changed.' },
    },
    uses: ['sql', 'links'],
    example: { answer: example.changedPasses },
  }),
  'get-latest-pass': route('link', `GET ${mount}/passes/{passType}/{serialNumber}`, {
    summary: 'Load a pass as its ticket is now; that of a revoked ticket is voided',
    success: {
      status: 200,
      description: 'The pass.',
      media: ['application/vnd.apple.pkpass'],
      empty: { 304: 'It has not changed since `If-Modified-Since`.' },
    },
    errors: ['PASS_TOKEN_WRONG', 'FORMAT_NOT_AVAILABLE'],
    uses: ['sql', 'links', 'wallets'],
  }),
  'log-wallet-problems': route('public', `POST ${mount}/log`, {
    summary: 'Report problems that Apple Wallet has with this service',
    body: walletLog,
    success: { status: 200, description: 'They are logged, without what names a guest.', empty: {} },
    example: { body: example.problems },
  }),
} satisfies Record<string, Route>
