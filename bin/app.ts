import path from 'node:path'
import { App } from 'aws-cdk-lib'
import { readEnvironment } from '../functions/runtime/environment.ts'
import { deployOptions, optionsIn, readStageFile } from '../lib/deploy-options.ts'
import { bundleMigrate, bundleService } from '../lib/function-bundles.ts'
import { bundleRenderer } from '../lib/renderer-bundle.ts'
import { stages } from '../lib/stage.ts'
import { TicketServiceStack } from '../lib/ticket-service-stack.ts'

const app = new App()
const stageName = app.node.tryGetContext('stage') ?? 'dev'
const given = optionsIn((name) => app.node.tryGetContext(name))
const { stage, ...options } = deployOptions.parse({ ...readStageFile(stageName), ...given, stage: stageName })
const { DATABASE_URL: databaseUrl, AWS_ENDPOINT_URL: endpoint } = readEnvironment(['DATABASE_URL', 'AWS_ENDPOINT_URL'])
const folder = path.join(import.meta.dirname, '../cdk.out/functions')

new TicketServiceStack(app, `tickets-${stage}`, {
  ...options,
  stage: stages[stage],
  folders: {
    service: bundleService(path.join(folder, 'service')),
    migrate: bundleMigrate(path.join(folder, 'migrate')),
    renderer: await bundleRenderer(path.join(folder, 'renderer')),
  },
  databaseUrl: stage === 'local' ? databaseUrl : undefined,
  emulatorUrl: emulatorUrl(),
  isFirstDeployment: app.node.tryGetContext('isFirstDeployment') === 'true',
})

/** Builds the address of an API in an AWS emulator, which has no host name per API. */
function emulatorUrl(): ((api: { id: string; stage: string }) => string) | undefined {
  if (stage !== 'local' || !endpoint) return undefined
  return (api) => `${endpoint}/_aws/execute-api/${api.id}/${api.stage}`
}
