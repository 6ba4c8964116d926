import path from 'node:path'
import { runJourneyOn } from './stand-in.ts'

const version = '4.14.0'
const folder = path.join(import.meta.dirname, 'localstack')

/**
 * Runs the journey against LocalStack without Docker: `npm run test:deployed:localstack`. Its free edition
 * checks no signatures and no rights. 4.14.0 is the last version that asks for no token; it needs Python 3.13.
 */
await runJourneyOn({
  name: 'localstack',
  version,
  python: 'python3.13',
  packages: [
    `localstack-core[base-runtime,runtime]==${version}`,
    'cbor2<5.8',
    'pyopenssl<25',
    'cryptography<45',
    'service_identity<24.2',
  ],
  start: ({ state, port }) => ({
    args: [path.join(folder, 'start.py')],
    env: {
      GATEWAY_LISTEN: `127.0.0.1:${port}`,
      LOCALSTACK_HOST: `127.0.0.1:${port}`,
      DNS_ADDRESS: '0',
      SKIP_SSL_CERT_DOWNLOAD: '1',
      DISABLE_EVENTS: '1',
      ACTIVATE_PRO: '0',
      // S3 checks whether URLs are past their time or were changed.
      S3_SKIP_SIGNATURE_VALIDATION: '0',
      SQS_ENDPOINT_STRATEGY: 'path',
      LAMBDA_RUNTIME_EXECUTOR: 'process',
      LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT: '60',
      LAMBDA_SYNCHRONOUS_CREATE: '0',
      FILESYSTEM_ROOT: path.join(state, 'filesystem'),
      STATE_FOLDER: state,
      FUNCTION_NODE: process.execPath,
    },
  }),
  isReady: ({ log }) => /^Ready\.$/m.test(log),
  reach: ({ port }) => ({ STAND_IN: 'localstack', AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` }),
})
