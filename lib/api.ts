import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import * as apigateway from 'aws-cdk-lib/aws-apigateway'
import type { Code } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { routeFunctions, routeVariables } from '../functions/contract/route-functions.ts'
import { type Mount, mountsOf } from '../functions/contract/routes/gateway.ts'
import type { Route } from '../functions/contract/routes/route.ts'
import { routes } from '../functions/contract/routes/routes.ts'
import { accessFor, type FunctionAccess } from './function-access.ts'
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

/** API Gateway with the routes of contract/routes/routes.ts, and the functions that answer them by name. */
export class Api extends Construct {
  readonly gateway: apigateway.RestApi
  readonly functions = new Map<string, ServiceFunction>()
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

  /** Adds the functions of contract/route-functions.ts, and a method of the API for each mount of their routes. */
  addRoutes(props: RouteProps): void {
    for (const [name, served] of routeFunctions) {
      const made = this.addFunction(name, served, props)
      this.functions.set(name, made)
      // One permission for all methods keeps the stack below CloudFormation's limit of resources.
      const integration = new apigateway.LambdaIntegration(made.function, { scopePermissionToMethod: false })
      for (const mount of mountsOf(routes)) {
        const route = served[mount.name]
        if (route) this.addMethod(mount, { access: route.access, integration })
      }
    }
  }

  private addFunction(name: string, served: Readonly<Record<string, Route>>, given: RouteProps): ServiceFunction {
    const { code, parts, network, allowedCallers } = given
    const { access, timeoutSeconds } = commonOf(name, served)
    const { environment, statements } = sharedAccess(name, served, parts)
    const reads = routeVariables(Object.values(served))
    const own = Object.entries({ PUBLIC_URL: parts.publicUrl, ALLOWED_CALLERS: allowedCallers })
    const { concurrency, memory, logLifetime } = this.stage
    return new ServiceFunction(this, name, {
      module: name,
      purpose: `Answers ${Object.keys(served).join(', ')}.`,
      code,
      access: {
        environment: { ...environment, ...Object.fromEntries(own.filter(([variable]) => reads.some((one) => one === variable))) },
        statements,
      },
      timeoutSeconds,
      memory: Object.values(served).some(({ bulk }) => bulk) ? memory.bulkRoute : memory.route,
      // Each environment holds a database connection, so these functions are limited and run in the network.
      ...(reads.includes('DB_HOST') ? { reservedConcurrency: concurrency.routes[access], network } : {}),
      logLifetime,
    })
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

/** Returns what all routes of a function have in common. */
function commonOf(name: string, served: Readonly<Record<string, Route>>): Pick<Route, 'access' | 'timeoutSeconds'> {
  const [route] = Object.values(served)
  if (!route) throw new Error(`The function ${name} has no route.`)
  return route
}

/**
 * Grants a function what its routes need.
 * @throws Error when a route needs other permissions than the rest: sharing would widen its rights.
 */
function sharedAccess(name: string, served: Readonly<Record<string, Route>>, parts: Parts): FunctionAccess {
  const all = Object.entries(served).map(([route, { uses }]) => accessFor(parts, { name: route, uses, databaseRole: 'api' }))
  const written = new Set(all.map(({ statements }) => JSON.stringify(statements.map((one) => one.toStatementJson()))))
  const [first] = all
  if (!first || written.size > 1)
    throw new Error(`The routes of ${name} need different permissions: give them different \`uses\`.`)
  return { environment: Object.assign({}, ...all.map(({ environment }) => environment)), statements: first.statements }
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
    reason: 'Throttling limits all callers; docs/deploying.md says how to put a WAF in front.',
  },
  {
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    reason: 'API Gateway writes its logs with this role; AWS prescribes this policy for it.',
  },
]
