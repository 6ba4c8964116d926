import { Stack } from 'aws-cdk-lib'
import type { RestApi } from 'aws-cdk-lib/aws-apigateway'
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2'
import { Construct } from 'constructs'
import { doorMount } from '../functions/contract/routes/gateway.ts'
import type { Route } from '../functions/contract/routes/route.ts'
import { routes } from '../functions/contract/routes/routes.ts'
import type { Stage } from './stage.ts'

/**
 * Requests of one address in five minutes. A company's guests open their links from one address after a mailing; a
 * stadium's sixty doors scan a ticket a second each from one address.
 */
export const addressLimits = { link: 3000, door: 20_000 } as const

/** A web ACL that blocks addresses which open guest links, or call as doors, far more often than guests and doors do. */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, { gateway, stage }: { gateway: RestApi; stage: Stage }) {
    super(scope, id)
    const visibility = (metricName: string) => ({ cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName })
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility(Stack.of(this).stackName),
      rules: (['link', 'door'] as const).map((access, priority) => ({
        name: access,
        priority,
        action: { block: {} },
        visibilityConfig: visibility(`${Stack.of(this).stackName}-${access}`),
        statement: {
          rateBasedStatement: {
            limit: addressLimits[access],
            aggregateKeyType: 'IP',
            scopeDownStatement: {
              regexMatchStatement: {
                regexString: pathsOf(access, stage.name),
                fieldToMatch: { uriPath: {} },
                textTransformations: [{ priority: 0, type: 'NONE' }],
              },
            },
          },
        },
      })),
    })
    const { stageArn } = gateway.deploymentStage
    new CfnWebACLAssociation(this, 'Association', { resourceArn: stageArn, webAclArn: acl.attrArn })
  }
}

/** Writes what the paths of guest links or doors begin with; at the API's own address, the name of the stage precedes them. */
function pathsOf(access: 'link' | 'door', stage: string): string {
  const links = Object.values<Route>(routes).flatMap((route) =>
    route.access === 'link' ? [`/${route.path.split('/')[1]}/`] : [],
  )
  const beginnings = access === 'door' ? [`${doorMount}/api/`] : links
  return `^(/${stage})?(${beginnings.toSorted().join('|')})`
}
