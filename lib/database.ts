import { createHash } from 'node:crypto'
import { ArnFormat, type Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { InstanceType } from 'aws-cdk-lib/aws-ec2'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import * as rds from 'aws-cdk-lib/aws-rds'
import { Construct } from 'constructs'
import { databaseLog } from '../functions/contract/database-log.ts'
import { variables } from '../functions/contract/environment.ts'
import { type DatabaseRole, databaseRoles } from '../functions/contract/functions.ts'
import type { Network } from './network.ts'
import type { DatabaseSize } from './stage.ts'

/** Properties of the database. */
export interface DatabaseProps {
  network: Network
  size: DatabaseSize
  logLifetime: Duration
  keepsData: boolean
  /** Whether the database may be deleted, so that a failed first deployment can be rolled back. */
  isFirstDeployment?: boolean | undefined
  /** The id of the snapshot to restore; the restored database replaces the current one. */
  restoreSnapshot?: string | undefined
}

/**
 * PostgreSQL on RDS. Functions log in with IAM tokens, `migrate` as the owner; only its first login uses the
 * password that RDS keeps in Secrets Manager and rotates every week.
 */
export class Database extends Construct {
  readonly instance: rds.DatabaseInstance
  readonly ownerSecretArn: string

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id)
    const { network, size, keepsData, restoreSnapshot } = props
    const isProtected = keepsData && !props.isFirstDeployment
    const instanceIdentifier = nameOf(Stack.of(this), restoreSnapshot)
    // Created before the instance: RDS would create a log group that keeps its logs for ever.
    const log = new LogGroup(this, 'Log', {
      logGroupName: `/aws/rds/instance/${instanceIdentifier}/postgresql`,
      retention: props.logLifetime.toDays(),
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const engine = rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17_9 })
    this.instance = new rds.DatabaseInstance(this, 'Instance', {
      engine,
      instanceIdentifier,
      vpc: network.vpc,
      vpcSubnets: network.subnets,
      securityGroups: [network.database],
      instanceType: InstanceType.of(size.instance.class, size.instance.size),
      databaseName: variables.DB_NAME.schema.parse(undefined),
      credentials: rds.Credentials.fromUsername(databaseRoles.owner),
      manageMasterUserPassword: true,
      iamAuthentication: true,
      parameters: { ...databaseLog, 'rds.force_ssl': '1', max_connections: String(size.maxConnections) },
      multiAz: size.hasStandby,
      allocatedStorage: size.storage.toGibibytes(),
      maxAllocatedStorage: size.maxStorage.toGibibytes(),
      storageType: rds.StorageType.GP3,
      storageEncrypted: true,
      backupRetention: size.backupLifetime,
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: !isProtected,
      deletionProtection: isProtected,
      removalPolicy: isProtected ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
      autoMinorVersionUpgrade: true,
      cloudwatchLogsExports: ['postgresql'],
    })
    this.instance.node.addDependency(log)
    const resource = this.instance.node.defaultChild
    if (!(resource instanceof rds.CfnDBInstance)) throw new Error('Expected the database instance to be a CfnDBInstance.')
    this.ownerSecretArn = resource.attrMasterUserSecretSecretArn
    if (restoreSnapshot) Object.assign(resource, { dbSnapshotIdentifier: restoreSnapshot, ...inSnapshot })
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-RDS11',
      reason: 'Only the functions reach the private subnets, so another port would add no protection.',
    })
    if (keepsData) return
    const reason = 'This stage keeps no data, and deleting it must leave nothing behind.'
    Validations.of(this).acknowledge({ id: 'AwsSolutions-RDS3', reason }, { id: 'AwsSolutions-RDS10', reason })
  }

  /**
   * Builds the ARN that a policy allows for logins as a role. Source: Amazon RDS, "Creating and using an IAM policy for IAM
   * database access".
   */
  loginArn(role: DatabaseRole): string {
    const { instanceResourceId: resource } = this.instance
    if (resource === undefined) throw new Error('The database has no resource id.')
    return Stack.of(this).formatArn({
      service: 'rds-db',
      resource: 'dbuser',
      resourceName: `${resource}/${databaseRoles[role]}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    })
  }
}

/** The properties that come from the snapshot, so that CloudFormation must not set them. AWS CloudFormation, "AWS::RDS::DBInstance". */
const inSnapshot = { masterUsername: undefined, dbName: undefined, storageEncrypted: undefined, kmsKeyId: undefined }

/**
 * Names the instance. With a name, CloudFormation refuses a change that would replace the database with an empty one; a
 * restored one has a name of its own, since it is made while the other still exists.
 */
function nameOf({ stackName }: Stack, restoreSnapshot: string | undefined): string {
  if (!restoreSnapshot) return stackName
  return `${stackName}-${createHash('sha256').update(restoreSnapshot).digest('hex').slice(0, 8)}`
}
