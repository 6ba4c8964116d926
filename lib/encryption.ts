import { Duration, type IAspect, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs'
import { CfnDBInstance } from 'aws-cdk-lib/aws-rds'
import { CfnBucket } from 'aws-cdk-lib/aws-s3'
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager'
import { CfnTopic } from 'aws-cdk-lib/aws-sns'
import { CfnQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct, type IConstruct } from 'constructs'
import { ServiceFunction } from './service-function.ts'

/**
 * A KMS key that encrypts everything which the stack stores, instead of the keys that AWS manages: add it as an aspect of
 * the stack. Functions get the rights on the key that their other rights call for.
 */
export class Encryption extends Construct implements IAspect {
  private readonly key: Key

  constructor(scope: Construct, id: string, { keepsData }: { keepsData: boolean }) {
    super(scope, id)
    this.key = new Key(this, 'Key', {
      description: `Encrypts what ${Stack.of(this).stackName} stores`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(keepsData ? 30 : 7),
      removalPolicy: keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    })
    this.allowServices()
  }

  visit(node: IConstruct): void {
    if (node instanceof ServiceFunction) this.allowFunction(node)
    const { keyArn } = this.key
    if (node instanceof CfnLogGroup || node instanceof CfnSecret) node.kmsKeyId = keyArn
    if (node instanceof CfnTopic) node.kmsMasterKeyId = keyArn
    if (node instanceof CfnQueue) {
      node.kmsMasterKeyId = keyArn
      node.sqsManagedSseEnabled = false
    }
    if (node instanceof CfnDBInstance) {
      node.masterUserSecret = { kmsKeyId: keyArn }
      // A snapshot brings its key.
      if (node.dbSnapshotIdentifier === undefined) node.kmsKeyId = keyArn
    }
    if (node instanceof CfnBucket) {
      const serverSideEncryptionByDefault = { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn }
      node.bucketEncryption = {
        serverSideEncryptionConfiguration: [{ bucketKeyEnabled: true, serverSideEncryptionByDefault }],
      }
    }
  }

  /** Allows CloudWatch to write logs (Amazon CloudWatch Logs, "Encrypt log data using KMS"), and its alarms and RDS to notify a topic. */
  private allowServices(): void {
    const { region, account, partition } = Stack.of(this)
    const logs = `arn:${partition}:logs:${region}:${account}:*`
    const allow = (service: string, actions: string[], conditions: Record<string, unknown>) =>
      this.key.addToResourcePolicy(
        new PolicyStatement({ principals: [new ServicePrincipal(service)], actions, resources: ['*'], conditions }),
      )
    allow(
      `logs.${region}.amazonaws.com`,
      ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      {
        ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logs },
      },
    )
    for (const service of ['cloudwatch.amazonaws.com', 'events.rds.amazonaws.com'])
      allow(service, ['kms:Decrypt', 'kms:GenerateDataKey*'], { StringEquals: { 'aws:SourceAccount': account } })
  }

  private allowFunction({ policy }: ServiceFunction): void {
    const statements: { Effect: string; Action: string | string[] }[] = policy.toJSON().Statement
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action)
    const actions = new Set(allowed.flatMap((action) => keyActions[action] ?? []))
    if (actions.size > 0) policy.addStatements(new PolicyStatement({ actions: [...actions], resources: [this.key.keyArn] }))
  }
}

const read = ['kms:Decrypt']
const write = ['kms:Decrypt', 'kms:GenerateDataKey']

/** The actions on the key that S3, SQS, SNS and Secrets Manager require of a caller, by the caller's action. */
const keyActions: Record<string, string[]> = {
  's3:GetObject': read,
  's3:PutObject': write,
  'sqs:SendMessage': write,
  'sqs:ReceiveMessage': read,
  'sns:Publish': write,
  'secretsmanager:GetSecretValue': read,
}
