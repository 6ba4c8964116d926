import { AccountPrincipal, AnyPrincipal, ArnPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { type Mount, mountsOf } from '../functions/contract/routes/gateway.ts'
import { routes } from '../functions/contract/routes/routes.ts'

/**
 * Writes the resource policy of the API from ALLOWED_CALLERS: they may call every route, which callers from other accounts
 * may not do without it, and anyone may call the open ones. API Gateway, "How API Gateway resource policies affect authorization workflow".
 * @returns undefined where anyone may call everything.
 */
export function policyOf(allowedCallers: string, stageName: string): PolicyDocument | undefined {
  const callers = allowedCallers.split(',').map((caller) => caller.trim())
  if (callers.includes('anyone')) return undefined
  const call = (resources: string[]) => ({
    actions: ['execute-api:Invoke'],
    resources: resources.map((one) => `execute-api:/${stageName}${one}`),
  })
  const open = mountsOf(routes).flatMap((mount) =>
    mount.authorization === 'none' && !coversOthers(mount) ? [`/*${mount.path.replace(/\{\w+\}/g, '*')}`] : [],
  )
  const principals = callers.map((caller) =>
    caller.startsWith('arn:') ? new ArnPrincipal(caller) : new AccountPrincipal(caller),
  )
  return new PolicyDocument({
    statements: [
      new PolicyStatement({ principals, ...call(['/*']) }),
      new PolicyStatement({ principals: [new AnyPrincipal()], ...call([...new Set(open)]) }),
    ],
  })
}

/**
 * Checks whether opening a mount to everyone would also open paths of Core: a policy cannot tell an unknown path
 * from any other. Where there is a policy, API Gateway itself refuses these paths.
 */
export function coversOthers({ name, path }: Mount): boolean {
  return name === 'refuse-path' && path.includes('{')
}
