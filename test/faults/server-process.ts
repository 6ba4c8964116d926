import { startLocalStack } from '../../bin/local/stack.ts'
import { startStorageProxy } from './storage-proxy.ts'

// The real local stack, as `npm start` runs it, with a proxy before S3 that fails as many puts as it is told to.
let faultShare = Number(process.env.FAULT_SHARE)
process.on('message', (share) => {
  faultShare = Number(share)
})

const stack = await startLocalStack({
  host: '127.0.0.1',
  port: 0,
  stateFolder: process.env.LOCAL_STATE_DIR ?? '',
  renderers: 2,
  scheduleSeconds: 2,
  routeStorage: (endpoint) => startStorageProxy(endpoint, () => Math.random() < faultShare),
  log: (line) => process.stderr.write(`${line}\n`),
})
const stop = () => void stack.stop().then(() => process.exit(0))
process.once('SIGTERM', stop)
process.once('disconnect', stop)
process.send?.({
  url: stack.url,
  databaseUrl: stack.databaseUrl,
  databaseFolder: stack.databaseFolder,
  awsEndpoint: stack.awsEndpoint,
})
