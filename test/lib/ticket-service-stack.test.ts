import assert from 'node:assert/strict'
import { test } from 'node:test'
import { workers } from '../../functions/contract/functions.ts'
import { renderQueues } from '../../functions/contract/queues.ts'
import { chunkDelivery } from '../../functions/contract/retries.ts'
import { routeFunctions } from '../../functions/contract/route-functions.ts'
import { makeStack, synthesize } from '../fixtures/synthesized.ts'

const { template, nameOf } = synthesize('production')
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

test('a stage that keeps no data leaves nothing behind but the role with which API Gateway logs for the whole account', () => {
  const { template, nameOf } = synthesize('dev')
  const resources = Object.entries<{ Type: string; DeletionPolicy?: string; Properties?: Record<string, never> }>(
    template.toJSON().Resources,
  )
  const kept = resources
    .filter(([, { DeletionPolicy }]) => DeletionPolicy && DeletionPolicy !== 'Delete')
    .map(([id]) => nameOf(id))
  assert.deepEqual(kept.toSorted(), ['Api/Gateway/Account', 'Api/Gateway/CloudWatchRole'])
  for (const [id, { Type, Properties = {} }] of resources) {
    // Lambda and API Gateway make a log group without an end where the stack has none.
    if (Type === 'AWS::Lambda::Function') assert.ok(Properties.LoggingConfig, nameOf(id))
    if (Type === 'AWS::Logs::LogGroup') assert.equal(Properties.RetentionInDays, 7, nameOf(id))
  }
  template.resourceCountIs('Custom::S3AutoDeleteObjects', 1)
  template.hasResourceProperties('AWS::RDS::DBInstance', { DeleteAutomatedBackups: true, DeletionProtection: false })
  template.hasResource('AWS::RDS::DBInstance', { DeletionPolicy: 'Delete' })
})

test('a scheduled worker is invoked in time or not at all', () => {
  // What looks for changed passes is there where there are wallets.
  const scheduled = Object.entries(workers).filter(
    ([name, { trigger }]) => trigger.type === 'schedule' && name !== 'find-changed-passes',
  )
  const once = { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }
  const configs = Object.values(template.findResources('AWS::Lambda::EventInvokeConfig')).map(({ Properties }) => Properties)
  const rules = Object.values(template.findResources('AWS::Events::Rule')).map(({ Properties }) => Properties)
  assert.deepEqual([configs.length, rules.length], [scheduled.length, scheduled.length + 1])
  for (const { FunctionName, Qualifier: _, ...config } of configs) {
    assert.deepEqual(config, once)
    assert.ok(rules.some(({ Targets: [{ Arn, RetryPolicy }] }) => Arn['Fn::GetAtt'][0] === FunctionName.Ref && RetryPolicy))
  }
})

test('a clock wakes each function of an emergency route, and the one that prints what is reissued', () => {
  const clock = Object.values(template.findResources('AWS::Events::Rule')).find(({ Properties }) => Properties.Targets.length > 1)
  const woken: { Arn: { 'Fn::GetAtt': string[] }; Input: string }[] = clock?.Properties.Targets
  const names = woken.map(({ Arn, Input }) => [nameOf(Arn['Fn::GetAtt'][0] ?? '').split('/')[1], JSON.parse(Input)])
  const emergencies = [...routeFunctions].filter(([, served]) => Object.values(served).some(({ emergency }) => emergency))
  const expected = [...emergencies.map(([name]) => [name, { wake: true }]), ['render-now', { probe: true }]]
  assert.deepEqual(names.toSorted(), expected.toSorted())
  assert.ok(woken.length <= 5, 'EventBridge, "Quotas": five targets a rule')
})

test('the canary runs outside of the network, may call what it checks, and is one of the callers of Core', () => {
  const [, canary] =
    Object.entries(template.findResources('AWS::Lambda::Function')).find(
      ([, { Properties }]) => Properties.Handler === 'canary.handler',
    ) ?? []
  assert.equal(canary?.Properties.VpcConfig, undefined)
  const role = canary?.Properties.Role['Fn::GetAtt'][0]
  for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Function')))
    if (Properties.Environment?.Variables.ALLOWED_CALLERS)
      assert.ok(JSON.stringify(Properties.Environment.Variables.ALLOWED_CALLERS).includes(role), Properties.Handler)
})
