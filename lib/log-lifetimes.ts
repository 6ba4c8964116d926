import { CfnResource, type Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib'
import { CfnFunction } from 'aws-cdk-lib/aws-lambda'
import { CfnLogGroup, LogGroup } from 'aws-cdk-lib/aws-logs'

/**
 * Limits the lifetime of every log of the stack, which is deleted with it. The CDK's own functions get log groups for this,
 * since Lambda would create theirs without an expiry. Call it once the stack has all its parts.
 */
export function limitLogs(stack: Stack, lifetime: Duration): void {
  for (const made of stack.node.findAll()) {
    const isProvider = CfnResource.isCfnResource(made) && made.cfnResourceType === CfnFunction.CFN_RESOURCE_TYPE_NAME
    if (isProvider && !(made instanceof CfnFunction) && made.node.scope)
      made.addPropertyOverride('LoggingConfig', { LogGroup: new LogGroup(made.node.scope, 'Log').logGroupName })
  }
  for (const made of stack.node.findAll()) {
    if (!(made instanceof CfnLogGroup)) continue
    made.retentionInDays = lifetime.toDays()
    made.applyRemovalPolicy(RemovalPolicy.DESTROY)
  }
}
