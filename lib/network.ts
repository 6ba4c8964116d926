import { Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import * as z from 'zod'
import type { Stage } from './stage.ts'

const { SECRETS_MANAGER, LAMBDA, SQS, SNS, XRAY } = ec2.InterfaceVpcEndpointAwsService

/**
 * The AWS services that functions call over the network, with the actions they use: Secrets Manager (the clients `signer`,
 * `links`, `doors` of contract/clients.ts), Lambda (`renderer`, `trials`, `maker`, `pusher`), SQS (`queues`) and SNS (`topic`); and X-Ray where traces go there.
 * Lambda itself delivers logs and metrics, and database tokens are signed locally.
 */
export const services = {
  secrets: { service: SECRETS_MANAGER, actions: ['secretsmanager:GetSecretValue'] },
  lambda: { service: LAMBDA, actions: ['lambda:InvokeFunction'] },
  queues: { service: SQS, actions: ['sqs:SendMessage', 'sqs:GetQueueAttributes'] },
  topic: { service: SNS, actions: ['sns:Publish'] },
  xray: { service: XRAY, actions: ['xray:PutTraceSegments', 'xray:PutSpans', 'xray:PutSpansForIndexing'] },
}

/** Properties of the network. */
export interface NetworkProps {
  /** The address range of the network to create. */
  cidr?: string | undefined
  /** An existing network to use instead; whoever runs it provides the ways to AWS services. */
  existing?: { vpcId: string; subnetIds: string[] } | undefined
  logLifetime: Stage['logLifetime']
  waysOut: Stage['waysOut']
  /** Whether functions send traces to X-Ray. */
  usesXray: boolean
}

/**
 * A VPC with a private subnet in each of two zones. Instead of internet access it has endpoints of the AWS services in
 * use or, at a lower price, a NAT instance. In an existing VPC, only the security groups are created.
 */
export class Network extends Construct {
  readonly vpc: ec2.IVpc
  readonly functions: ec2.SecurityGroup
  readonly database: ec2.SecurityGroup
  readonly subnets: ec2.SubnetSelection
  private readonly hasOwnVpc: boolean

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id)
    this.hasOwnVpc = !props.existing
    const hasNat = this.hasOwnVpc && props.waysOut === 'nat-instance'
    this.subnets = { subnetType: hasNat ? ec2.SubnetType.PRIVATE_WITH_EGRESS : ec2.SubnetType.PRIVATE_ISOLATED }
    this.vpc = props.existing ? this.findVpc(props.existing) : this.makeVpc(props)
    this.functions = this.group('Functions', 'Functions: may reach the database and AWS services')
    this.database = this.group('Database', 'PostgreSQL: takes connections of functions')
    this.functions.connections.allowTo(this.database, ec2.Port.tcp(5432), 'PostgreSQL')
    this.functions.addEgressRule(
      ec2.Peer.anyIpv4(),
      ec2.Port.tcp(443),
      hasNat ? 'AWS services' : 'S3 through its gateway: the subnets have no other way out',
    )
    if (this.hasOwnVpc && !hasNat) this.addEndpoints(props.usesXray)
  }

  /** Adds the S3 gateway endpoint, limited to this bucket and to callers of this account. */
  openBucket(bucket: Bucket): void {
    if (!this.hasOwnVpc) return
    const gateway = this.vpc.addGatewayEndpoint('Storage', { service: ec2.GatewayVpcEndpointAwsService.S3 })
    gateway.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: [
          ...['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:DeleteObject', 's3:DeleteObjectVersion'],
          ...['s3:ListBucket', 's3:ListBucketVersions'],
        ],
        resources: [bucket.bucketArn, bucket.arnForObjects('*')],
        conditions: { StringEquals: { 'aws:PrincipalAccount': Stack.of(this).account } },
      }),
    )
  }

  private makeVpc({ cidr, logLifetime, waysOut }: NetworkProps): ec2.IVpc {
    const nat = waysOut === 'nat-instance' ? makeNatInstance() : undefined
    const vpc = new ec2.Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: nat ? 1 : 0,
      ...(nat ? { natGatewayProvider: nat } : {}),
      ...(cidr ? { ipAddresses: ec2.IpAddresses.cidr(cidr) } : {}),
      subnetConfiguration: [
        { name: 'private', ...{ subnetType: nat ? ec2.SubnetType.PRIVATE_WITH_EGRESS : ec2.SubnetType.PRIVATE_ISOLATED } },
        ...(nat ? [{ name: 'public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false, cidrMask: 28 }] : []),
      ],
      restrictDefaultSecurityGroup: true,
    })
    if (nat) this.explainNatInstance()
    nat?.securityGroup.addIngressRule(
      ec2.Peer.ipv4(vpc.vpcCidrBlock),
      ec2.Port.tcp(443),
      'Functions on their way to AWS services',
    )
    const logGroup = new LogGroup(this, 'Log', { retention: logLifetime.toDays(), removalPolicy: RemovalPolicy.DESTROY })
    const destination = ec2.FlowLogDestination.toCloudWatchLogs(logGroup)
    vpc.addFlowLog('Refused', { destination, trafficType: ec2.FlowLogTrafficType.REJECT })
    return network.parse(vpc)
  }

  private explainNatInstance(): void {
    const nothingKept = 'The instance translates addresses and keeps nothing; deleting the stack deletes it.'
    const reasons = {
      EC23: 'Only addresses of this network may connect; the rule names them by a reference, which is not looked up.',
      EC26: nothingKept,
      EC28: 'A stage for developers needs no measurements by the minute.',
      EC29: nothingKept,
    }
    for (const [rule, reason] of Object.entries(reasons)) Validations.of(this).acknowledge({ id: `AwsSolutions-${rule}`, reason })
  }

  private findVpc({ vpcId, subnetIds }: { vpcId: string; subnetIds: string[] }): ec2.IVpc {
    // The zones are not looked up, which would take credentials; nothing deployed depends on their names.
    const availabilityZones = subnetIds.map((_, index) => Fn.select(index, Fn.getAzs()))
    return ec2.Vpc.fromVpcAttributes(this, 'Vpc', { vpcId, availabilityZones, isolatedSubnetIds: subnetIds })
  }

  private group(name: string, description: string): ec2.SecurityGroup {
    return new ec2.SecurityGroup(this, name, { vpc: this.vpc, description, allowAllOutbound: false })
  }

  /** Adds the interface endpoints, each limited to callers and resources of this account. */
  private addEndpoints(usesXray: boolean): void {
    const endpoints = this.group('Endpoints', 'Ways to AWS services: take connections of functions')
    this.functions.connections.allowTo(endpoints, ec2.Port.tcp(443), 'AWS services')
    const { account } = Stack.of(this)
    const ofAccount = { 'aws:PrincipalAccount': account, 'aws:ResourceAccount': account }
    for (const [name, { service, actions }] of Object.entries(services)) {
      if (service === XRAY && !usesXray) continue
      // Spans are sent to no resource.
      const conditions = { StringEquals: service === XRAY ? { 'aws:PrincipalAccount': account } : ofAccount }
      const placed = { service, subnets: this.subnets, securityGroups: [endpoints], open: false }
      const endpoint = this.vpc.addInterfaceEndpoint(name, placed)
      endpoint.addToPolicy(new PolicyStatement({ principals: [new AnyPrincipal()], actions, resources: ['*'], conditions }))
    }
  }
}

/** The smallest instance that translates addresses, with the CDK's set-up of Amazon Linux. */
function makeNatInstance(): ec2.NatInstanceProviderV2 {
  return ec2.NatProvider.instanceV2({
    instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.NANO),
    defaultAllowedTraffic: ec2.NatTrafficDirection.OUTBOUND_ONLY,
  })
}

// Under exactOptionalPropertyTypes, the CDK's Vpc class is not assignable to its own IVpc interface.
const network = z.custom<ec2.IVpc>((value) => value instanceof ec2.Vpc)
