import path from 'node:path'
import { App } from 'aws-cdk-lib'
import * as z from 'zod'
import { variables } from '../functions/contract/environment.ts'
import { readEnvironment } from '../functions/runtime/environment.ts'
import { bundleMigrate, bundleService } from '../lib/function-bundles.ts'
import { bundleRenderer } from '../lib/renderer-bundle.ts'
import { stages } from '../lib/stage.ts'
import { TicketServiceStack } from '../lib/ticket-service-stack.ts'

/** The values of `cdk -c name=value`. */
const context = z.object({
  stage: z.enum(['dev', 'production', 'local'], 'must be dev, production or local').default('dev'),
  publicUrl: z.url().optional(),
  allowedCallers: variables.ALLOWED_CALLERS.schema.transform((callers) => callers.join(',')).optional(),
  wallets: variables.WALLETS.schema.transform((types) => types.join(',')).optional(),
  walletSecretArn: z.string().startsWith('arn:').optional(),
  opsEmail: z.email().optional(),
})

const app = new App()
const given = Object.keys(context.shape).map((name) => [name, app.node.tryGetContext(name)])
const { stage, publicUrl, wallets: types, walletSecretArn: secretArn, ...others } = context.parse(Object.fromEntries(given))
const { DATABASE_URL: databaseUrl, AWS_ENDPOINT_URL: endpoint } = readEnvironment(['DATABASE_URL', 'AWS_ENDPOINT_URL'])
const folder = path.join(import.meta.dirname, '../cdk.out/functions')

new TicketServiceStack(app, `tickets-${stage}`, {
  ...others,
  stage: stages[stage],
  folders: {
    service: bundleService(path.join(folder, 'service')),
    migrate: bundleMigrate(path.join(folder, 'migrate')),
    renderer: await bundleRenderer(path.join(folder, 'renderer')),
  },
  databaseUrl: stage === 'local' ? databaseUrl : undefined,
  wallets: types && secretArn ? { types, secretArn } : undefined,
  publicUrl: publicUrl ? () => publicUrl : emulatorUrl(),
})

/** Builds the address of an API in an AWS emulator, which has no host name per API. */
function emulatorUrl(): ((api: { id: string; stage: string }) => string) | undefined {
  if (stage !== 'local' || !endpoint) return undefined
  return (api) => `${endpoint}/_aws/execute-api/${api.id}/${api.stage}`
}
