import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderQueues } from '../../functions/contract/queues.ts'
import { chunkDelivery } from '../../functions/contract/retries.ts'
import { makeStack, synthesize } from '../fixtures/synthesized.ts'

const { template } = synthesize('production')
const only = (type: string) => {
  const [found, ...more] = Object.values(template.findResources(type))
  assert.equal(more.length, 0, type)
  return found?.Properties
}

test('the network has no way to the internet, and ways to no more services than functions call', () => {
  for (const type of ['AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway', 'AWS::EC2::EgressOnlyInternetGateway'])
    template.resourceCountIs(type, 0)
  const services = Object.values(template.findResources('AWS::EC2::VPCEndpoint')).map(({ Properties: { ServiceName } }) =>
    typeof ServiceName === 'string' ? ServiceName : ServiceName['Fn::Join'][1].at(-1),
  )
  const short = services.map((name: string) => name.split('.').at(-1)).toSorted()
  assert.deepEqual(short, ['lambda', 's3', 'secretsmanager', 'sns', 'sqs'])
})

test('the database is encrypted, guarded, backed up, and speaks TLS only', () => {
  const { StorageEncrypted, DeletionProtection, BackupRetentionPeriod, EngineVersion, ...database } = only('AWS::RDS::DBInstance')
  assert.deepEqual([StorageEncrypted, DeletionProtection, BackupRetentionPeriod], [true, true, 14])
  assert.match(EngineVersion, /^17\./)
  assert.equal(database.EnableIAMDatabaseAuthentication, true)
  assert.equal(database.PubliclyAccessible, false)
  assert.equal(database.ManageMasterUserPassword, true)
  assert.equal(database.MasterUserPassword, undefined)
  assert.equal(only('AWS::RDS::DBParameterGroup').Parameters['rds.force_ssl'], '1')
})

test('the bucket is private and encrypted, takes TLS only, and forgets after 30 days', () => {
  const bucket = only('AWS::S3::Bucket')
  assert.deepEqual(Object.values(bucket.PublicAccessBlockConfiguration), [true, true, true, true])
  assert.equal(bucket.LifecycleConfiguration.Rules[0].ExpirationInDays, 30)
  assert.ok(bucket.BucketEncryption)
  assert.match(JSON.stringify(only('AWS::S3::BucketPolicy')), /"aws:SecureTransport":"false"}},"Effect":"Deny"/)
})

test('each queue hides and gives up chunks as the contract says', () => {
  const { visibilitySeconds, maxReceiveCount } = chunkDelivery
  const queues = Object.values(template.findResources('AWS::SQS::Queue')).map(({ Properties }) => Properties)
  for (const { name, deadLetterName } of Object.values(renderQueues)) {
    const queue = queues.find(({ QueueName }) => QueueName === `tickets-production-${name}`)
    assert.deepEqual([queue?.VisibilityTimeout, queue?.RedrivePolicy.maxReceiveCount], [visibilitySeconds, maxReceiveCount])
    assert.ok(queues.some(({ QueueName }) => QueueName === `tickets-production-${deadLetterName}`))
  }
})

test('the renderers run on x86-64, everything else on arm64, all on Node 24', () => {
  const functions = Object.values(template.findResources('AWS::Lambda::Function')).filter(
    ({ Properties }) => Properties.Environment?.Variables.METRICS_NAMESPACE,
  )
  for (const { Properties } of functions) {
    const isRenderer = ['render.handler', 'render-trial.handler'].includes(Properties.Handler)
    assert.deepEqual(Properties.Architectures, [isRenderer ? 'x86_64' : 'arm64'])
    assert.equal(Properties.Runtime, 'nodejs24.x')
    // A renderer of templates needs no database; it is in the network because that has no way out.
    const isInNetwork = isRenderer || Properties.Environment.Variables.DB_HOST !== undefined
    assert.equal(Boolean(Properties.VpcConfig), isInNetwork)
  }
})

test('the secret of the signing keys is made without a text, and outlives the stack', () => {
  const [secret] = Object.values(template.findResources('AWS::SecretsManager::Secret'))
  assert.deepEqual(Object.keys(secret?.Properties), ['Description'])
  assert.equal(secret?.DeletionPolicy, 'RetainExceptOnCreate')
})

test('a stage without a database says what it needs', () => {
  assert.throws(() => makeStack('local', { databaseUrl: undefined }), /local has no database of its own: set DATABASE_URL/)
})
