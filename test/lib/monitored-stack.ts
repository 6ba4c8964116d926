import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Duration, Size, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { RestApi } from 'aws-cdk-lib/aws-apigateway'
import { Code, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { DatabaseInstance } from 'aws-cdk-lib/aws-rds'
import { workers } from '../../functions/contract/functions.ts'
import { Alarms } from '../../lib/alarms.ts'
import { Dashboard } from '../../lib/dashboard.ts'
import { RenderQueues } from '../../lib/render-queues.ts'
import { ServiceFunction } from '../../lib/service-function.ts'

const folder = mkdtempSync(join(tmpdir(), 'monitored-stack-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Sizes the database of the stack. */
export const databaseSize = { mostConnections: 500, storage: Size.gibibytes(100) }

/** Synthesizes what dashboard and alarms look at, and nothing around it: the whole stack takes ten times as long. */
export function synthesize(name: string, { hasDatabase, opsEmail }: { hasDatabase: boolean; opsEmail?: string }): Template {
  const app = new App({ outdir: join(folder, name), analyticsReporting: false })
  const stack = new Stack(app, name)
  const api = new RestApi(stack, 'Api', { deployOptions: { stageName: 'live' } })
  api.root.addMethod('GET')
  const functions = Object.keys(workers).map(
    (worker) => [worker, LambdaFunction.fromFunctionName(stack, worker, worker)] as const,
  )
  const instance = DatabaseInstance.fromDatabaseInstanceAttributes(stack, 'Database', {
    instanceIdentifier: 'tickets',
    instanceEndpointAddress: 'tickets.example.com',
    port: 5432,
    securityGroups: [],
  })
  const parts = {
    api,
    functions: Object.fromEntries(functions),
    queues: new RenderQueues(stack, 'Queues'),
    database: hasDatabase ? { ...databaseSize, instance } : undefined,
  }
  const { all: alarms } = new Alarms(stack, 'Alarms', { parts, opsEmail })
  new Dashboard(stack, 'Dashboard', { parts, alarms })
  new ServiceFunction(stack, 'Service', {
    ...{ module: 'any', purpose: 'Emits metrics.', code: Code.fromInline('x'), timeoutSeconds: 1, memory: Size.mebibytes(128) },
    ...{ access: { environment: {}, statements: [] }, logLifetime: Duration.days(1) },
  })
  return Template.fromStack(stack)
}
