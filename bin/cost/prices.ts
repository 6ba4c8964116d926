/** A price in dollars per number of units, with the AWS page that lists it. */
export interface Price {
  dollars: number
  per: number
  unit: string
  source: string
}

const page = (name: string) => `https://aws.amazon.com/${name}/pricing/`
const rds = page('rds/postgresql')

/** The region of the prices, and when they were last compared with their sources. */
export const listedIn = { region: 'us-east-1', asOf: '2025', note: 'without free tiers, discounts and taxes' }

/** The prices that make up a bill of the service. */
export const prices = {
  s3Put: { dollars: 0.005, per: 1000, unit: 'PUT requests', source: page('s3') },
  s3Storage: { dollars: 0.023, per: 1, unit: 'GB months', source: page('s3') },
  s3Get: { dollars: 0.0004, per: 1000, unit: 'GET requests', source: page('s3') },
  egress: { dollars: 0.09, per: 1, unit: 'GB to the internet', source: page('ec2/on-demand') },
  lambdaX86: { dollars: 0.0000166667, per: 1, unit: 'GB seconds', source: page('lambda') },
  lambdaArm: { dollars: 0.0000133334, per: 1, unit: 'GB seconds', source: page('lambda') },
  lambdaRequest: { dollars: 0.2, per: 1_000_000, unit: 'requests', source: page('lambda') },
  lambdaDisk: { dollars: 0.0000000309, per: 1, unit: 'GB seconds above 0.5 GB', source: page('lambda') },
  apiRequest: { dollars: 3.5, per: 1_000_000, unit: 'REST requests', source: page('api-gateway') },
  sqsRequest: { dollars: 0.4, per: 1_000_000, unit: 'requests', source: page('sqs') },
  snsPublish: { dollars: 0.5, per: 1_000_000, unit: 'publishes', source: page('sns') },
  logs: { dollars: 0.5, per: 1, unit: 'GB ingested', source: page('cloudwatch') },
  logStorage: { dollars: 0.03, per: 1, unit: 'GB months of logs', source: page('cloudwatch') },
  metric: { dollars: 0.3, per: 1, unit: 'custom metrics a month', source: page('cloudwatch') },
  alarm: { dollars: 0.1, per: 1, unit: 'metrics in alarms a month', source: page('cloudwatch') },
  dashboard: { dollars: 3, per: 1, unit: 'dashboards a month', source: page('cloudwatch') },
  secret: { dollars: 0.4, per: 1, unit: 'secrets a month', source: page('secrets-manager') },
  secretCall: { dollars: 0.05, per: 10_000, unit: 'calls', source: page('secrets-manager') },
  endpoint: { dollars: 0.01, per: 1, unit: 'hours of an interface endpoint in a zone', source: page('privatelink') },
  webAcl: { dollars: 5, per: 1, unit: 'web ACLs a month', source: page('waf') },
  webAclRule: { dollars: 1, per: 1, unit: 'rules of a web ACL a month', source: page('waf') },
  databaseStorage: { dollars: 0.115, per: 1, unit: 'GB months of gp3, one zone', source: rds },
  databaseBackup: { dollars: 0.095, per: 1, unit: 'GB months beyond the size of the database', source: rds },
  't4g.nano': { dollars: 0.0042, per: 1, unit: 'hours', source: page('ec2/on-demand') },
  publicAddress: { dollars: 0.005, per: 1, unit: 'hours of a public IPv4 address', source: page('vpc') },
  disk: { dollars: 0.08, per: 1, unit: 'GB months of gp3', source: page('ebs') },
  't4g.micro': { dollars: 0.016, per: 1, unit: 'hours, one zone', source: rds },
  'm7g.large': { dollars: 0.168, per: 1, unit: 'hours, one zone', source: rds },
} as const satisfies Record<string, Price>

/** The name of a price. */
export type PriceName = keyof typeof prices

/** A line of a bill: a number of units, their price, and the amount. */
export interface CostLine {
  what: string
  price: PriceName
  units: number
  dollars: number
}

/** Computes a line of a bill. */
export function line(what: string, price: PriceName, units: number): CostLine {
  const { dollars, per } = prices[price]
  return { what, price, units, dollars: (units * dollars) / per }
}

/** Sums the lines in dollars. */
export function sum(lines: readonly CostLine[]): number {
  return lines.reduce((total, { dollars }) => total + dollars, 0)
}
