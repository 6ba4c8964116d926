import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { type StageName, stages } from '../../lib/stage.ts'
import { TicketServiceStack } from '../../lib/ticket-service-stack.ts'

/** Makes the stack of a stage as bin/app.ts does, with empty folders in place of the functions' code. */
export function makeStack(stage: StageName): { app: App; stack: TicketServiceStack } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'synthesized-'))
  const empty = (name: string) => {
    mkdirSync(path.join(folder, name))
    writeFileSync(path.join(folder, name, 'index.mjs'), name)
    return path.join(folder, name)
  }
  const app = new App({ outdir: path.join(folder, 'cdk.out'), builtinCloudFormationValidation: false })
  const stack = new TicketServiceStack(app, `tickets-${stage}`, {
    stage: stages[stage],
    folders: { service: empty('service'), migrate: empty('migrate'), renderer: empty('renderer') },
    databaseUrl: stage === 'local' ? 'postgres://postgres@localhost/tickets' : undefined,
  })
  return { app, stack }
}

/** Synthesizes the stack of a stage. */
export function synthesize(stage: StageName): Template {
  return Template.fromStack(makeStack(stage).stack)
}
