import { ArnFormat, Duration, type Size, Stack, Validations } from 'aws-cdk-lib'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as lambda from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { Environment } from '../functions/contract/environment.ts'
import type { FunctionAccess } from './function-access.ts'
import { namespaceOf } from './monitored-parts.ts'
import type { Network } from './network.ts'

/** Properties of a deployed function. */
export interface ServiceFunctionProps {
  /** The name of its file in the bundle. */
  module: string
  /** The description that the AWS console shows. */
  purpose: string
  code: lambda.Code
  access: FunctionAccess
  timeoutSeconds: number
  memory: Size
  /** Whether the function emits metrics. */
  isMonitored: boolean
  /** The limit of concurrent environments; without it, the account's unreserved concurrency. */
  reservedConcurrency?: number
  /** The network to run in; without it, the function runs outside of a VPC. */
  network?: Network | undefined
  /** Set for a function with Chromium, which is built for x86-64 and needs disk to unpack. */
  chromium?: { disk: Size; processes: Environment<'CHROMIUM_PROCESSES'>['CHROMIUM_PROCESSES'] }
}

/** A Lambda function with its own role, environment and log group. */
export class ServiceFunction extends Construct {
  readonly function: lambda.Function
  /** What the function may do. */
  readonly policy = new iam.PolicyDocument()

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id)
    const logGroup = new LogGroup(this, 'Log')
    this.function = new lambda.Function(this, 'Function', {
      description: props.purpose,
      code: props.code,
      handler: `${props.module}.handler`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: props.chromium ? lambda.Architecture.X86_64 : lambda.Architecture.ARM_64,
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memory.toMebibytes(),
      ...(props.chromium ? { ephemeralStorageSize: props.chromium.disk } : {}),
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...(props.network ? placeIn(props.network) : {}),
      environment: {
        METRICS_NAMESPACE: namespaceOf(this),
        ...(props.isMonitored ? {} : { POWERTOOLS_METRICS_DISABLED: 'true' }),
        ...(props.chromium ? { CHROMIUM_PROCESSES: props.chromium.processes } : {}),
        ...props.access.environment,
      },
      role: this.makeRole(props, logGroup),
      logGroup,
      loggingFormat: lambda.LoggingFormat.TEXT,
    })
  }

  private makeRole({ access, network }: ServiceFunctionProps, logGroup: LogGroup): iam.Role {
    const logging = new iam.PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    })
    if (network) Validations.of(this).acknowledge(networkOnAnyResource)
    this.policy.addStatements(logging, ...access.statements, ...(network ? attachToNetwork(Stack.of(this)) : []))
    return new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { access: this.policy },
    })
  }
}

function placeIn(network: Network): Pick<lambda.FunctionProps, 'vpc' | 'vpcSubnets' | 'securityGroups'> {
  return { vpc: network.vpc, vpcSubnets: network.subnets, securityGroups: [network.functions] }
}

const networkOnAnyResource = {
  id: 'AwsSolutions-IAM5[Resource::*]',
  reason: 'Lambda creates network interfaces, which EC2 cannot scope to a resource; the code itself is denied these actions.',
}

/**
 * Allows Lambda to attach the function to its network, and denies the same actions to the function's own
 * code. EC2 cannot scope them below `*`. AWS Lambda, "Giving Lambda functions access to resources in an
 * Amazon VPC".
 */
function attachToNetwork(stack: Stack): iam.PolicyStatement[] {
  const actions = [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ]
  const anyFunction = stack.formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  })
  return [
    new iam.PolicyStatement({ actions, resources: ['*'] }),
    new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      actions,
      resources: ['*'],
      conditions: { ArnLike: { 'lambda:SourceFunctionArn': anyFunction } },
    }),
  ]
}
