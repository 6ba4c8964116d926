import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import * as apigateway from 'aws-cdk-lib/aws-apigateway'
import type { Code } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { routeVariables } from '../functions/contract/functions.ts'
import { mountsOf } from '../functions/contract/routes/gateway.ts'
import type { Route } from '../functions/contract/routes/route.ts'
import { routes } from '../functions/contract/routes/routes.ts'
import { accessFor, type Parts } from './function-access.ts'
import { addGatewayFailures } from './gateway-failures.ts'
import type { Network } from './network.ts'
import { ServiceFunction } from './service-function.ts'
import type { Stage } from './stage.ts'

/** Is what API Gateway itself needs. */
export interface ApiProps {
  stage: Stage
}

/** Is what the functions behind the API need. */
export interface RouteProps {
  code: Code
  parts: Parts
  network: Network | undefined
  /** Is what ALLOWED_CALLERS says. */
  allowedCallers: string
}

/** Is API Gateway with the routes of contract/routes/routes.ts, a function for each. */
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
      // Everything goes through as bytes; the functions say in their answers what is base64.
      binaryMediaTypes: ['*/*'],
      cloudWatchRole: true,
      deployOptions: {
        stageName: stage.name,
        throttlingRateLimit: stage.requests.perSecond,
        throttlingBurstLimit: stage.requests.atOnce,
        accessLogDestination: new apigateway.LogGroupLogDestination(accessLog),
        accessLogFormat: apigateway.AccessLogFormat.custom(JSON.stringify(accessLogFields)),
        loggingLevel: apigateway.MethodLoggingLevel.ERROR,
      },
    })
    addGatewayFailures(this.gateway)
    Validations.of(this.gateway).acknowledge(...acknowledged)
  }

  /** Names the API's own address. It names the API and not its stage, which comes after the functions that are told the address. */
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
      // What reaches the database is limited, and lies in its network.
      ...(needsDatabase ? { mostAtOnce: this.stage.concurrency.routes[route.access], network } : {}),
      logLifetime: this.stage.logLifetime,
    })
    this.functions.push(made)
    // One permission for all its methods: one for each would be a resource of the stack more.
    const integration = new apigateway.LambdaIntegration(made.function, { scopePermissionToMethod: false })
    for (const { path, method, authorization } of mountsOf(routes).filter((mount) => mount.name === name)) {
      const added = this.gateway.root.resourceForPath(path).addMethod(method, integration, {
        authorizationType: authorization === 'iam' ? apigateway.AuthorizationType.IAM : apigateway.AuthorizationType.NONE,
      })
      if (authorization === 'none') Validations.of(added).acknowledge({ id: 'AwsSolutions-APIG4', reason: reasons[route.access] })
    }
  }
}

/** Says what is written down of each request: no address, no query, no caller's name, since guests are people. */
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

/** Says why API Gateway asks for no signature where it does not. */
const reasons: Record<Route['access'], string> = {
  core: 'Core signs its calls.',
  door: 'The function wants a door pass here, which API Gateway cannot check.',
  link: 'Guests have no account; the function checks the signature of their link.',
  public: 'What is here is for everyone: liveness, public keys, the contract, and pages that hold nothing.',
}

const acknowledged = [
  {
    id: 'AwsSolutions-COG4',
    reason: 'The callers are services, which sign with IAM, and guests, whose links are signed; nobody logs in.',
  },
  {
    id: 'AwsSolutions-APIG2',
    reason: 'Each function checks its whole request against its schema, and names every bad field at once.',
  },
  {
    id: 'AwsSolutions-APIG3',
    reason: 'Throttling bounds what anybody can send; whoever needs a WAF puts theirs in front (docs/deploying.md).',
  },
  {
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    reason: 'API Gateway writes the logs of the account with this role, which AWS describes by this policy.',
  },
]
