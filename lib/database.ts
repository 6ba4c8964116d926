import { ArnFormat, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { InstanceType } from 'aws-cdk-lib/aws-ec2'
import * as rds from 'aws-cdk-lib/aws-rds'
import { Construct } from 'constructs'
import { variables } from '../functions/contract/environment.ts'
import { type DatabaseRole, databaseRoles } from '../functions/contract/functions.ts'
import type { Network } from './network.ts'
import type { DatabaseSize } from './stage.ts'

/** Is what the database needs. */
export interface DatabaseProps {
  network: Network
  size: DatabaseSize
  keepsData: boolean
}

/** Is PostgreSQL on RDS. Nobody has a password of it but RDS itself, which keeps the owner's in Secrets Manager and changes it every week. */
export class Database extends Construct {
  readonly instance: rds.DatabaseInstance
  readonly ownerSecretArn: string

  constructor(scope: Construct, id: string, { network, size, keepsData }: DatabaseProps) {
    super(scope, id)
    const engine = rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17_9 })
    this.instance = new rds.DatabaseInstance(this, 'Instance', {
      engine,
      vpc: network.vpc,
      vpcSubnets: network.subnets,
      securityGroups: [network.database],
      instanceType: InstanceType.of(size.instance.class, size.instance.size),
      databaseName: variables.DB_NAME.schema.parse(undefined),
      credentials: rds.Credentials.fromUsername(databaseRoles.owner),
      manageMasterUserPassword: true,
      iamAuthentication: true,
      parameters: { 'rds.force_ssl': '1', max_connections: String(size.mostConnections) },
      multiAz: size.standsBy,
      allocatedStorage: size.storage.toGibibytes(),
      maxAllocatedStorage: size.mostStorage.toGibibytes(),
      storageType: rds.StorageType.GP3,
      storageEncrypted: true,
      backupRetention: size.backupLifetime,
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: !keepsData,
      deletionProtection: keepsData,
      removalPolicy: keepsData ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
      autoMinorVersionUpgrade: true,
      cloudwatchLogsExports: ['postgresql'],
    })
    const resource = this.instance.node.defaultChild
    if (!(resource instanceof rds.CfnDBInstance)) throw new Error('The database is not what the CDK made it before.')
    this.ownerSecretArn = resource.attrMasterUserSecretSecretArn
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-RDS11',
      reason: 'Nothing but the functions reaches the private subnets: another port would hide the database from nobody.',
    })
    if (keepsData) return
    const reason = 'This stage holds nothing that is worth keeping, and is to leave nothing behind.'
    Validations.of(this).acknowledge({ id: 'AwsSolutions-RDS3', reason }, { id: 'AwsSolutions-RDS10', reason })
  }

  /** Names the right to log in as one role and no other. Amazon RDS, "Creating and using an IAM policy for IAM database access". */
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
