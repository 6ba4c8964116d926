import { doorMount, type GatewayMethod } from '../routes/gateway.ts'
import type { Route } from '../routes/route.ts'

/** The ways in which callers prove who they are. */
export const securitySchemes = {
  sigv4: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description:
      'AWS Signature Version 4 for the service `execute-api`. Only callers that the deployment lists may call: Core. Any AWS SDK signs so; ' +
      'a signature is good for five minutes and covers the body.',
    'x-amazon-apigateway-authtype': 'awsSigv4',
  },
  doorPass: {
    type: 'http',
    scheme: 'Door',
    description: `\`Authorization: Door <pass>\`, with a pass from create-door; it is good for one event, and below \`${doorMount}\` alone.`,
  },
  guestLink: {
    type: 'apiKey',
    in: 'query',
    name: 'signature',
    description:
      'The signature of a guest link, which Core gets with a ticket; it covers the path and `expires`. Links are opened as they are.',
  },
  applePass: {
    type: 'http',
    scheme: 'ApplePass',
    description: '`Authorization: ApplePass <token>`, with the `authenticationToken` of the pass.',
  },
}

/** Names what a route requires of its callers at one of its places. */
export function securityOf(
  { errors, query }: Route,
  { authorization, isForDoors, anyoneMayCall }: GatewayMethod & { isForDoors: boolean; anyoneMayCall: boolean },
) {
  if (errors.includes('PASS_TOKEN_WRONG')) return [{ applePass: [] }]
  if (isForDoors) return [{ doorPass: [] }]
  if (query?.shape.signature) return [{ guestLink: [] }]
  return authorization === 'iam' && !anyoneMayCall ? [{ sigv4: [] }] : []
}
