import { Aspects, Stack, Validations } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { allow } from './allow.ts'
import { services } from './network.ts'
import { ServiceFunction } from './service-function.ts'

const onAnyResource = { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'X-Ray knows no narrower resource to send spans to.' }

/** Makes every function of the stack send traces: to X-Ray, or to the address of a collector that takes OTLP over HTTP. */
export class Traces extends Construct {
  constructor(scope: Construct, id: string, to: string) {
    super(scope, id)
    const isXray = to === 'xray'
    const environment = isXray ? { OTEL_TRACES_EXPORTER: to } : { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: to }
    Aspects.of(Stack.of(this)).add({
      visit: (node) => {
        if (!(node instanceof ServiceFunction)) return
        for (const [name, value] of Object.entries(environment)) node.function.addEnvironment(name, value)
        if (!isXray) return
        node.policy.addStatements(allow(services.xray.actions, '*'))
        Validations.of(node).acknowledge(onAnyResource)
      },
    })
  }
}
