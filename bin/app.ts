import path from 'node:path'
import { App } from 'aws-cdk-lib'
import { z } from 'zod'
import { readEnvironment } from '../functions/environment.ts'
import { bundleMigrate, bundleService } from '../lib/function-bundles.ts'
import { bundleRenderer } from '../lib/renderer-bundle.ts'
import { stages } from '../lib/stage.ts'
import { TicketServiceStack } from '../lib/ticket-service-stack.ts'

/** Takes what `cdk -c name=value` says. */
const context = z.object({
  stage: z.enum(['dev', 'production', 'local']).default('dev'),
  publicUrl: z.url().optional(),
  allowedCallers: z.string().optional(),
})

const app = new App()
const { stage, publicUrl, allowedCallers } = context.parse({
  stage: app.node.tryGetContext('stage'),
  publicUrl: app.node.tryGetContext('publicUrl'),
  allowedCallers: app.node.tryGetContext('allowedCallers'),
})
const { DATABASE_URL: databaseUrl, AWS_ENDPOINT_URL: endpoint } = readEnvironment(['DATABASE_URL', 'AWS_ENDPOINT_URL'])
const folder = path.join(import.meta.dirname, '../cdk.out/functions')

new TicketServiceStack(app, `tickets-${stage}`, {
  stage: stages[stage],
  folders: {
    service: bundleService(path.join(folder, 'service')),
    migrate: bundleMigrate(path.join(folder, 'migrate')),
    renderer: await bundleRenderer(path.join(folder, 'renderer')),
  },
  databaseUrl: stage === 'local' ? databaseUrl : undefined,
  allowedCallers,
  publicUrl: publicUrl ? () => publicUrl : standInUrl(),
})

/** Names the address that stand-ins for AWS give an API, which have no host name for each. */
function standInUrl(): ((api: { id: string; stage: string }) => string) | undefined {
  if (stage !== 'local' || !endpoint) return undefined
  return (api) => `${endpoint}/_aws/execute-api/${api.id}/${api.stage}`
}
