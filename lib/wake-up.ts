import { Duration } from 'aws-cdk-lib'
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import { Construct } from 'constructs'
import { wakeEverySeconds } from '../functions/contract/retries.ts'
import { routeFunctions, type WakeUp } from '../functions/contract/route-functions.ts'
import type { RenderRequest } from '../functions/contract/schemas/render.ts'
import type { ServiceFunction } from './service-function.ts'
import type { Worker } from './worker.ts'

/** Properties of the clock. */
export interface WakeUpProps {
  /** The functions of routes by name. */
  functions: ReadonlyMap<string, ServiceFunction>
  /** The function that prints what is reissued. */
  renderNow: Worker
}

const wakeUp: WakeUp = { wake: true }
const probe: RenderRequest = { probe: true }

/**
 * A clock that invokes the functions of emergency routes. Lambda deactivates a function in a VPC that nobody has called for
 * weeks, and its next call fails (AWS Lambda, "Function states"); nobody revokes a ticket every week.
 */
export class WakeUpClock extends Construct {
  constructor(scope: Construct, id: string, { functions, renderNow }: WakeUpProps) {
    super(scope, id)
    const clock = new Rule(this, 'Clock', { schedule: Schedule.rate(Duration.seconds(wakeEverySeconds)) })
    for (const [name, served] of routeFunctions) {
      const made = functions.get(name)
      const isNeeded = Object.values(served).some(({ emergency }) => emergency)
      if (made && isNeeded) clock.addTarget(new LambdaFunction(made.function, { event: RuleTargetInput.fromObject(wakeUp) }))
    }
    clock.addTarget(new LambdaFunction(renderNow.function, { event: RuleTargetInput.fromObject(probe) }))
  }
}
