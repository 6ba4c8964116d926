import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import * as apigateway from 'aws-cdk-lib/aws-apigateway'
import type { Code } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { routeVariables } from '../functions/contract/functions.ts'
import { mountsOf } from '../functions/contract/routes/gateway.ts'
import type { Route } from '../functions/contract/routes/route.ts'
import { routes } from '../functions/contract/routes/routes.ts'
import { accessFor } from './function-access.ts'
import { addGatewayFailures } from './gateway-failures.ts'
import type { Network } from './network.ts'
import type { Parts } from './parts.ts'
import { ServiceFunction } from './service-function.ts'
import type { Stage } from './stage.ts'

/** Properties of the API. */
export interface ApiProps {
  stage: Stage
}

/** Properties of the functions behind the API. */
export interface RouteProps {
  code: Code
  parts: Parts
  network: Network | undefined
  /** The value of ALLOWED_CALLERS. */
  allowedCallers: string
}

/** API Gateway with the routes of contract/routes/routes.ts, one function per route. */
export class Api extends Construct {
  readonly gateway: apigateway.RestApi
  readonly functions: ServiceFunction[] = []
  private readonly stage: Stage

  constructor(scope: Construct, id: string, { stage }: ApiProps) {
    super(scope, id)
    this.stage = stage
    const accessLog = new LogGroup(this, 'Access', {
      retention: stage.logLifetime.toDays(),
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.gateway = new apigateway.RestApi(this, 'Gateway', {
      restApiName: Stack.of(this).stackName,
      description: 'Ticket Generator Service',
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      // Bodies pass through as bytes; a function marks its answer as base64 where it is.
      binaryMediaTypes: ['*/*'],
      cloudWatchRole: true,
      // Other APIs of the account log with the same role.
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      deployOptions: {
        stageName: stage.name,
        throttlingRateLimit: stage.requests.perSecond,
        throttlingBurstLimit: stage.requests.burst,
        accessLogDestination: new apigateway.LogGroupLogDestination(accessLog),
        accessLogFormat: apigateway.AccessLogFormat.custom(JSON.stringify(accessLogFields)),
        loggingLevel: apigateway.MethodLoggingLevel.ERROR,
      },
    })
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

  /** Adds a function for each route. */
  addRoutes(props: RouteProps): void {
    for (const [name, route] of Object.entries<Route>(routes)) this.addRoute(name, route, props)
  }

  private addRoute(name: string, route: Route, { code, parts, network, allowedCallers }: RouteProps): void {
    const { environment, statements } = accessFor(parts, { name, uses: route.uses, databaseRole: 'api' })
    const reads = routeVariables(route)
    const own = Object.entries({ PUBLIC_URL: parts.publicUrl, ALLOWED_CALLERS: allowedCallers })
    const needsDatabase = route.uses.includes('sql')
    const made = new ServiceFunction(this, name, {
      module: name,
      purpose: route.summary,
      code,
      access: {
        environment: { ...environment, ...Object.fromEntries(own.filter(([variable]) => reads.some((one) => one === variable))) },
        statements,
      },
      timeoutSeconds: route.timeoutSeconds,
      memory: route.bulk ? this.stage.memory.bulkRoute : this.stage.memory.route,
      // Each environment holds a database connection, so these functions are limited and run in the network.
      ...(needsDatabase ? { reservedConcurrency: this.stage.concurrency.routes[route.access], network } : {}),
      logLifetime: this.stage.logLifetime,
    })
    this.functions.push(made)
    // One permission for all methods keeps the stack below CloudFormation's limit of resources.
    const integration = new apigateway.LambdaIntegration(made.function, { scopePermissionToMethod: false })
    for (const { path, method, authorization } of mountsOf(routes).filter((mount) => mount.name === name)) {
      const added = this.gateway.root.resourceForPath(path).addMethod(method, integration, {
        authorizationType: authorization === 'iam' ? apigateway.AuthorizationType.IAM : apigateway.AuthorizationType.NONE,
      })
      if (authorization === 'none') Validations.of(added).acknowledge({ id: 'AwsSolutions-APIG4', reason: reasons[route.access] })
    }
  }
}

/** The fields of the access log. No address, query or caller's name: they would identify guests. */
const accessLogFields = {
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
  link: 'Guests have no account; the function checks the signature of their link.',
  public:
    'Public by design: liveness, public keys, the contract, pages without data; wallets send the token of a pass, which the function checks.',
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
