import { Stack } from 'aws-cdk-lib'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import * as z from 'zod'

/**
 * The AWS services that functions call over the network, by the clients of contract/functions.ts: Secrets
 * Manager (`signer`, `links`, `doors`), Lambda (`renderer`, `trials`), SQS (`queues`) and SNS (`topic`).
 * Lambda itself delivers logs and metrics, and database tokens are signed locally.
 */
export const services = {
  secrets: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  lambda: ec2.InterfaceVpcEndpointAwsService.LAMBDA,
  queues: ec2.InterfaceVpcEndpointAwsService.SQS,
  topic: ec2.InterfaceVpcEndpointAwsService.SNS,
}

/**
 * A VPC without internet access: a private subnet in each of two zones, and endpoints of the AWS services in
 * use.
 */
export class Network extends Construct {
  readonly vpc: ec2.IVpc
  readonly functions: ec2.SecurityGroup
  readonly database: ec2.SecurityGroup
  readonly subnets: ec2.SubnetSelection = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }

  constructor(scope: Construct, id: string) {
    super(scope, id)
    const vpc = new ec2.Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'private', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
    })
    this.vpc = network.parse(vpc)
    this.vpc.addFlowLog('Refused', { trafficType: ec2.FlowLogTrafficType.REJECT })
    const group = (name: string, description: string) =>
      new ec2.SecurityGroup(this, name, { vpc: this.vpc, description, allowAllOutbound: false })
    this.functions = group('Functions', 'Functions: may reach the database and AWS services')
    this.database = group('Database', 'PostgreSQL: takes connections of functions')
    const endpoints = group('Endpoints', 'Ways to AWS services: take connections of functions')
    this.functions.connections.allowTo(this.database, ec2.Port.tcp(5432), 'PostgreSQL')
    this.functions.connections.allowTo(endpoints, ec2.Port.tcp(443), 'AWS services')
    this.functions.addEgressRule(
      ec2.Peer.anyIpv4(),
      ec2.Port.tcp(443),
      'S3 through its gateway: the subnets have no other way out',
    )
    for (const [name, service] of Object.entries(services))
      this.vpc.addInterfaceEndpoint(name, { service, subnets: this.subnets, securityGroups: [endpoints], open: false })
  }

  /** Adds the S3 gateway endpoint, limited to this bucket and to callers of this account. */
  openBucket(bucket: Bucket): void {
    const gateway = this.vpc.addGatewayEndpoint('Storage', { service: ec2.GatewayVpcEndpointAwsService.S3 })
    gateway.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket', 's3:AbortMultipartUpload'],
        resources: [bucket.bucketArn, bucket.arnForObjects('*')],
        conditions: { StringEquals: { 'aws:PrincipalAccount': Stack.of(this).account } },
      }),
    )
  }
}

// Under exactOptionalPropertyTypes, the CDK's Vpc class is not assignable to its own IVpc interface.
const network = z.custom<ec2.IVpc>((value) => value instanceof ec2.Vpc)
