import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import * as apigateway from 'aws-cdk-lib/aws-apigateway'
import { FilterPattern, LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { metrics, serviceName } from '../functions/contract/monitoring/metrics.ts'
import { routeFunctions } from '../functions/contract/route-functions.ts'
import { type Mount, methodThrottles, mountsOf, withHead } from '../functions/contract/routes/gateway.ts'
import type { Route } from '../functions/contract/routes/route.ts'
import { routes } from '../functions/contract/routes/routes.ts'
import { coversOthers, policyOf } from './api-policy.ts'
import { addGatewayFailures } from './gateway-failures.ts'
import { namespaceOf } from './monitored-parts.ts'
import { makeRouteFunction, type RouteFunctionProps } from './route-function.ts'
import type { ServiceFunction } from './service-function.ts'
import type { Stage } from './stage.ts'

/** Properties of the API. */
export interface ApiProps {
  stage: Stage
  /** The value of ALLOWED_CALLERS. */
  allowedCallers: string
}

/** API Gateway with the routes of contract/routes/routes.ts, and the functions that answer them by name. */
export class Api extends Construct {
  readonly gateway: apigateway.RestApi
  readonly functions = new Map<string, ServiceFunction>()
  private readonly stage: Stage
  private readonly hasPolicy: boolean

  constructor(scope: Construct, id: string, { stage, allowedCallers }: ApiProps) {
    super(scope, id)
    this.stage = stage
    const accessLog = new LogGroup(this, 'Access')
    countIn(accessLog)
    const policy = policyOf(allowedCallers, stage.name)
    this.hasPolicy = policy !== undefined
    this.gateway = new apigateway.RestApi(this, 'Gateway', {
      restApiName: Stack.of(this).stackName,
      description: 'Ticket Generator Service',
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      // Bodies pass through as bytes; a function marks its answer as base64 where it is.
      binaryMediaTypes: ['*/*'],
      // Stays when the stack is deleted: the account and region have one such role, with which other APIs may log too.
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      ...(policy ? { policy } : {}),
      deployOptions: {
        stageName: stage.name,
        ...methodOptions('core'),
        methodOptions: Object.fromEntries(mountsOf(routes).flatMap(optionsOf)),
        accessLogDestination: new apigateway.LogGroupLogDestination(accessLog),
        accessLogFormat: apigateway.AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
    })
    // Created first: API Gateway would create it without an expiry.
    const logGroupName = `API-Gateway-Execution-Logs_${this.gateway.restApiId}/${stage.name}`
    this.gateway.deploymentStage.node.addDependency(new LogGroup(this, 'Execution', { logGroupName }))
    addGatewayFailures(this.gateway)
    Validations.of(this.gateway).acknowledge(...acknowledged)
  }

  /**
   * The API's own address. Built from names instead of the stage resource, which depends on the functions
   * that get the address.
   */
  get url(): string {
    const { region, urlSuffix } = Stack.of(this)
    return `https://${this.gateway.restApiId}.execute-api.${region}.${urlSuffix}/${this.stage.name}`
  }

  /** Adds the functions of contract/route-functions.ts, and a method of the API for each mount of their routes. */
  addRoutes(props: Pick<RouteFunctionProps, 'code' | 'parts' | 'network' | 'allowedCallers'>): void {
    for (const [name, served] of routeFunctions) {
      const made = makeRouteFunction(this, name, { served, ...props, stage: this.stage })
      this.functions.set(name, made)
      // One permission for all methods keeps the stack below CloudFormation's limit of resources.
      const integration = new apigateway.LambdaIntegration(made.function, { scopePermissionToMethod: false })
      for (const mount of mountsOf(routes)) {
        const route = served[mount.name]
        if (route && !(this.hasPolicy && coversOthers(mount))) this.addMethod(mount, { access: route.access, integration })
      }
    }
  }

  private addMethod(
    { path, method, authorization }: Mount,
    to: { access: Route['access']; integration: apigateway.Integration },
  ) {
    const added = this.gateway.root.resourceForPath(path).addMethod(method, to.integration, {
      authorizationType: authorization === 'iam' ? apigateway.AuthorizationType.IAM : apigateway.AuthorizationType.NONE,
    })
    if (authorization === 'none') Validations.of(added).acknowledge({ id: 'AwsSolutions-APIG4', reason: reasons[to.access] })
  }
}

/** Counts the metrics that come from the lines of the access log. */
function countIn(accessLog: LogGroup): void {
  for (const [metricName, metric] of Object.entries(metrics))
    if ('accessLog' in metric)
      accessLog.addMetricFilter(metricName, {
        filterPattern: FilterPattern.literal(metric.accessLog),
        metricNamespace: namespaceOf(accessLog),
        metricName,
        dimensions: { service: '$.service' },
      })
}

/** Returns the settings of a method for one kind of caller. A method with settings of its own inherits none of the stage's. */
function methodOptions(access: Route['access']): apigateway.MethodDeploymentOptions {
  const { perSecond, burst } = methodThrottles[access]
  return { throttlingRateLimit: perSecond, throttlingBurstLimit: burst, loggingLevel: apigateway.MethodLoggingLevel.ERROR }
}

/** Lists the settings of a mount's methods: ANY stands for every method, and has none of its own. */
function optionsOf({ name, path }: Mount): [string, apigateway.MethodDeploymentOptions][] {
  const route: Route | undefined = Object.entries<Route>(routes).find(([one]) => one === name)?.[1]
  if (!route || route.access === 'core' || route.method === 'ANY') return []
  return withHead([route.method]).map((method) => [`${path}/${method}`, methodOptions(route.access)])
}

/** The fields of the access log. No address, query or caller's name: they would identify guests. */
const accessLogFields = {
  service: serviceName,
  requestId: '$context.requestId',
  time: '$context.requestTime',
  method: '$context.httpMethod',
  resource: '$context.resourcePath',
  status: '$context.status',
  failure: '$context.error.responseType',
  latencyMs: '$context.responseLatency',
  bytes: '$context.responseLength',
}

/** Why routes of each kind of access need no SigV4 signature. */
const reasons: Record<Route['access'], string> = {
  core: 'Core signs its calls.',
  door: 'The function checks the door pass, which API Gateway cannot.',
  link: 'Guests have no account; the function checks the signature of their link, or the token of their pass.',
  public: 'Public by design: liveness, public keys, the contract, and pages without data.',
}

const acknowledged = [
  {
    id: 'AwsSolutions-COG4',
    reason: 'Services sign with IAM and guests use signed links; nobody logs in.',
  },
  {
    id: 'AwsSolutions-APIG2',
    reason: 'Each function validates the whole request against its schema and reports every bad field.',
  },
  {
    id: 'AwsSolutions-APIG3',
    reason: 'Throttling limits all callers; production has a web ACL besides (lib/firewall.ts).',
  },
  {
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    reason: 'API Gateway writes its logs with this role; AWS prescribes this policy for it.',
  },
]
