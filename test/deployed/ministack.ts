import { existsSync } from 'node:fs'
import path from 'node:path'
import { runJourneyOn } from './stand-in.ts'

const version = '1.5.33'
const certificateOf = (state: string) => path.join(state, 'ministack-tls/server.crt')

/**
 * Runs the journey against MiniStack: `npm run test:deployed:ministack`. With AUTH it checks signatures and
 * what each function's role may do, and the stack's policies refuse calls without TLS.
 */
await runJourneyOn({
  name: 'ministack',
  version,
  python: 'python3',
  packages: [`ministack==${version}`],
  start: ({ python, port }) => ({
    args: [path.join(path.dirname(python), 'ministack')],
    env: { GATEWAY_PORT: port, BIND_HOST: '127.0.0.1', IOT_MTLS_ENABLED: '0', AUTH: 'true', USE_SSL: '1' },
  }),
  isReady: ({ state, log }) => existsSync(certificateOf(state)) && /Running on https/.test(log),
  // Node reads one of the variables with the certificate, and the CDK command line the other.
  reach: ({ state, port }) => ({
    STAND_IN: 'ministack',
    AWS_ENDPOINT_URL: `https://127.0.0.1:${port}`,
    NODE_EXTRA_CA_CERTS: certificateOf(state),
    AWS_CA_BUNDLE: certificateOf(state),
  }),
})
