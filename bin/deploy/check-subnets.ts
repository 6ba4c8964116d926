import {
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2'

/** The services that functions call, by the last part of their endpoints' names. */
const services = ['s3', 'secretsmanager', 'lambda', 'sqs', 'sns']

/** Checks whether the subnets of an existing VPC can hold the functions and the database. @returns the problem, if any. */
export async function checkSubnets(client: EC2Client, vpc: string, subnetIds: string[]): Promise<string | undefined> {
  const { Subnets: subnets = [] } = await client.send(new DescribeSubnetsCommand({ SubnetIds: subnetIds }))
  const strangers = subnets.filter(({ VpcId }) => VpcId !== vpc).map(({ SubnetId }) => SubnetId)
  if (strangers.length > 0) return `--subnets must be subnets of ${vpc}, and ${strangers.join(' and ')} are not.`
  if (new Set(subnets.map(({ AvailabilityZone }) => AvailabilityZone)).size < 2)
    return `--subnets must lie in two zones: RDS accepts no fewer.`
  const missing = await findMissingServices(client, vpc)
  if (missing.length === 0 || (await hasWayOut(client, vpc, subnetIds))) return undefined
  return `The subnets do not reach ${missing.join(', ')}: add endpoints for them to ${vpc}, or a route to a NAT gateway.`
}

async function findMissingServices(client: EC2Client, vpc: string): Promise<string[]> {
  const ofVpc = [{ Name: 'vpc-id', Values: [vpc] }]
  const { VpcEndpoints: endpoints = [] } = await client.send(new DescribeVpcEndpointsCommand({ Filters: ofVpc }))
  return services.filter((service) => !endpoints.some(({ ServiceName }) => ServiceName?.endsWith(`.${service}`)))
}

/** Checks whether every subnet's route table, its own or the VPC's main one, leads somewhere else by default. */
async function hasWayOut(client: EC2Client, vpc: string, subnetIds: string[]): Promise<boolean> {
  const ofVpc = [{ Name: 'vpc-id', Values: [vpc] }]
  const { RouteTables: tables = [] } = await client.send(new DescribeRouteTablesCommand({ Filters: ofVpc }))
  return subnetIds.every((id) => {
    const own = tables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === id))
    const table = own ?? tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main))
    return table?.Routes?.some(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0') ?? false
  })
}
