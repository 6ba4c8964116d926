import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { App, CfnResource } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { type StageName, stages } from '../../lib/stage.ts'
import { type TicketServiceProps, TicketServiceStack } from '../../lib/ticket-service-stack.ts'

/** Makes the stack of a stage as bin/app.ts does, with empty folders in place of the functions' code. */
export function makeStack(
  stage: StageName,
  given: Partial<TicketServiceProps> = { databaseUrl: 'postgres://postgres@localhost/tickets' },
): { app: App; stack: TicketServiceStack } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'synthesized-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const empty = (name: string) => {
    mkdirSync(path.join(folder, name))
    writeFileSync(path.join(folder, name, 'index.mjs'), name)
    return path.join(folder, name)
  }
  const app = new App({ outdir: path.join(folder, 'cdk.out'), builtinCloudFormationValidation: false })
  const stack = new TicketServiceStack(app, `tickets-${stage}`, {
    stage: stages[stage],
    folders: { service: empty('service'), migrate: empty('migrate'), renderer: empty('renderer') },
    ...given,
  })
  return { app, stack }
}

/** Gives a synthesized stage, made once for all that look at it, with the names of its parts: `nameOf` gives the path of what has a logical id. */
export function synthesize(stage: StageName): SynthesizedStage {
  const made = stagesMade.get(stage) ?? synthesizeStage(stage)
  stagesMade.set(stage, made)
  return made
}

type SynthesizedStage = ReturnType<typeof synthesizeStage>
const stagesMade = new Map<StageName, SynthesizedStage>()

function synthesizeStage(stage: StageName) {
  const { app, stack } = makeStack(stage)
  const template = Template.fromJSON(app.synth().getStackByName(stack.stackName).template)
  const resources = stack.node.findAll().filter(CfnResource.isCfnResource)
  const names = new Map(resources.map((one) => [stack.resolve(one.logicalId), one.node.path.split('/').slice(1).join('/')]))
  const nameOf = (logicalId: string) => names.get(logicalId)?.replace(/\/Resource$/, '') ?? logicalId
  return { app, stack, template, nameOf }
}
