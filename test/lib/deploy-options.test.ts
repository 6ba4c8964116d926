import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import { Match, type Template } from 'aws-cdk-lib/assertions'
import { deployOptions, optionHelp, readStageFile } from '../../lib/deploy-options.ts'
import { stages } from '../../lib/stage.ts'
import { makeStack, templateOf } from '../fixtures/synthesized.ts'

const account = '123456789012'
const certificateArn = `arn:aws:acm:eu-west-3:${account}:certificate/0f1e2d3c`
const walletSecretArn = `arn:aws:secretsmanager:eu-west-3:${account}:secret:tickets/wallets-AbCdEf`
const only = (template: Template, type: string) => {
  const [found, ...more] = Object.values(template.findResources(type))
  assert.ok(found && more.length === 0, type)
  return found
}
type Statement = { Effect: string; Action: string | string[] }
type Rate = { ScopeDownStatement: { RegexMatchStatement: { RegexString: string } } }
const problemsOf = (given: object) =>
  (deployOptions.safeParse({ stage: 'production', ...given }).error?.issues ?? []).map(
    ({ path: [name], message }) => `${String(name)} ${message}`,
  )

describe('the options of a deployment', () => {
  test('options that need each other are refused apart, all at once', () => {
    assert.deepEqual(problemsOf({ domain: 'tickets.example.com', wallets: 'apple', subnets: 'subnet-1a', monthlyBudget: 5 }), [
      'domain needs --certificate-arn',
      'wallets needs --wallet-secret-arn',
      'monthlyBudget needs --ops-email',
      'subnets needs --vpc',
    ])
    const domain = { domain: 'tickets.example.com', certificateArn }
    assert.deepEqual(problemsOf({ ...domain, publicUrl: 'https://example.com' }), ['publicUrl cannot be used with --domain'])
    assert.deepEqual(problemsOf({ ...domain, hostedZone: 'Z1/ample.com' }), ['hostedZone must be a zone of tickets.example.com'])
    assert.deepEqual(problemsOf({ ...domain, hostedZone: 'Z1/example.com', wallets: 'apple,google', walletSecretArn }), [])
  })

  test('an option that nobody knows is refused, and every known one has its help', () => {
    assert.equal(problemsOf({ opsMail: 'ops@example.com' }).length, 1)
    for (const { name, meaning } of optionHelp) assert.ok(meaning, name)
  })

  test('the file of a stage holds options as JSON', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'deploy-options-'))
    assert.deepEqual(readStageFile('production', folder), {})
    writeFileSync(path.join(folder, 'deploy.production.json'), '{"ownKey":true,"monthlyBudget":500}')
    assert.deepEqual(readStageFile('production', folder), { ownKey: true, monthlyBudget: 500 })
    writeFileSync(path.join(folder, 'deploy.dev.json'), '{"ownKey":true')
    assert.throws(() => readStageFile('dev', folder), /deploy\.dev\.json must hold a JSON object of options/)
  })

  test('the template keeps the options it was made with', () => {
    const template = templateOf('production', { allowedCallers: account, ownKey: true })
    assert.deepEqual(template.toJSON().Metadata.DeployOptions, { allowedCallers: account, ownKey: true })
  })
})

describe('a first deployment', () => {
  test('can be rolled back: nothing forbids or survives its deletion', () => {
    const { stack } = makeStack('production', { isFirstDeployment: true })
    assert.equal(stack.terminationProtection, false)
    const template = templateOf('production', { isFirstDeployment: true })
    const database = only(template, 'AWS::RDS::DBInstance')
    assert.deepEqual([database.Properties.DeletionProtection, database.DeletionPolicy], [false, 'Delete'])
    assert.equal(database.Properties.DeleteAutomatedBackups, true)
    for (const DeletionPolicy of ['Retain', 'Snapshot']) assert.deepEqual(template.findResources('*', { DeletionPolicy }), {})
  })

  test('the next one protects database and stack', () => {
    const { stack } = makeStack('production')
    assert.equal(stack.terminationProtection, true)
    const database = only(templateOf('production', {}), 'AWS::RDS::DBInstance')
    assert.deepEqual([database.Properties.DeletionProtection, database.DeletionPolicy], [true, 'Snapshot'])
    assert.equal(makeStack('dev').stack.terminationProtection, false)
  })
})

describe('a domain', () => {
  const domain = { domain: 'tickets.example.com', certificateArn }

  test('is the only address of the API, and where guest links begin', () => {
    const template = templateOf('production', { ...domain, hostedZone: 'Z1ABC/example.com' })
    template.hasResourceProperties('AWS::ApiGateway::DomainName', {
      DomainName: 'tickets.example.com',
      RegionalCertificateArn: certificateArn,
      SecurityPolicy: 'TLS_1_2',
      EndpointConfiguration: { Types: ['REGIONAL'] },
    })
    assert.equal(only(template, 'AWS::ApiGateway::RestApi').Properties.DisableExecuteApiEndpoint, true)
    assert.equal(only(template, 'AWS::ApiGateway::BasePathMapping').Properties.BasePath, undefined)
    template.hasResourceProperties('AWS::Route53::RecordSet', { Name: 'tickets.example.com.', HostedZoneId: 'Z1ABC', Type: 'A' })
    template.hasOutput('ApiUrl', { Value: 'https://tickets.example.com' })
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ PUBLIC_URL: 'https://tickets.example.com' }) },
    })
  })

  test('gets no record without a zone, and the stack says what it should point to', () => {
    const template = templateOf('production', domain)
    template.resourceCountIs('AWS::Route53::RecordSet', 0)
    assert.ok(template.toJSON().Outputs.DomainTarget)
  })
})

describe('the firewall', () => {
  test('limits the guest links and door calls of an address in production, and is absent elsewhere', () => {
    const { Rules } = only(templateOf('production', {}), 'AWS::WAFv2::WebACL').Properties
    const rulesFor = (target: string) =>
      Rules.map(({ Statement: { RateBasedStatement: rate } }: { Statement: Record<string, Rate> }) =>
        new RegExp(rate?.ScopeDownStatement.RegexMatchStatement.RegexString ?? '').test(target),
      )
    assert.deepEqual(rulesFor('/pdf/17'), [true, false])
    assert.deepEqual(rulesFor('/production/wallet/17'), [true, false])
    assert.deepEqual(rulesFor('/door/api/tickets/validate'), [false, true])
    for (const target of ['/door', '/api/tickets/generate', '/health', '/docs/pdf/'])
      assert.deepEqual(rulesFor(target), [false, false])
    templateOf('dev', {}).resourceCountIs('AWS::WAFv2::WebACL', 0)
  })
})

describe('traces', () => {
  const environments = (traces: string | undefined, stage: 'dev' | 'production' = 'dev') => {
    const template = templateOf(stage, traces ? { traces } : {})
    const functions = Object.values(template.findResources('AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.Environment?.Variables ?? {},
    )
    const own = functions.filter(({ METRICS_NAMESPACE }) => METRICS_NAMESPACE)
    const told = own.map((all) => [all.OTEL_TRACES_EXPORTER, all.OTEL_EXPORTER_OTLP_ENDPOINT])
    return { told: [...new Set(told.map(String))], text: JSON.stringify(template.toJSON()) }
  }

  test('go nowhere by default', () => {
    const { told, text } = environments(undefined)
    assert.deepEqual(told, [','])
    assert(!/xray/i.test(text))
  })

  test('go to X-Ray from every function, which may send them, through an endpoint of the network', () => {
    const { told, text } = environments('xray', 'production')
    assert.deepEqual(told, ['xray,'])
    assert(text.includes('xray:PutSpans') && text.includes('.xray"'))
  })

  test('go to a collector by its address, which needs no rights', () => {
    const { told, text } = environments('https://otel.example.com')
    assert.deepEqual(told, ['otlp,https://otel.example.com'])
    assert(!text.includes('xray:'))
  })
})

describe('a key of its own', () => {
  const template = templateOf('production', { ownKey: true })
  const key = { 'Fn::GetAtt': [Object.keys(template.findResources('AWS::KMS::Key'))[0], 'Arn'] }
  const all = (type: string) => Object.values(template.findResources(type)).map(({ Properties }) => Properties)

  test('encrypts everything that is stored, and rotates', () => {
    assert.equal(only(template, 'AWS::KMS::Key').Properties.EnableKeyRotation, true)
    assert.deepEqual(
      all('AWS::RDS::DBInstance').map(({ KmsKeyId, MasterUserSecret }) => [KmsKeyId, MasterUserSecret]),
      [[key, { KmsKeyId: key }]],
    )
    for (const [type, property] of [
      ['AWS::Logs::LogGroup', 'KmsKeyId'],
      ['AWS::SecretsManager::Secret', 'KmsKeyId'],
      ['AWS::SNS::Topic', 'KmsMasterKeyId'],
      ['AWS::SQS::Queue', 'KmsMasterKeyId'],
    ] as const) {
      assert.ok(all(type).length > 0, type)
      for (const properties of all(type)) assert.deepEqual(properties[property], key, type)
    }
    const [rule] = only(template, 'AWS::S3::Bucket').Properties.BucketEncryption.ServerSideEncryptionConfiguration
    assert.deepEqual(rule.ServerSideEncryptionByDefault, { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key })
  })

  test('functions may use it as far as their other rights need', () => {
    const rights: Record<string, string[]> = {}
    for (const { Policies } of all('AWS::IAM::Role'))
      for (const { PolicyDocument } of Policies ?? []) {
        const actions = PolicyDocument.Statement.flatMap(({ Action, Effect }: Statement) => (Effect === 'Allow' ? Action : []))
        const ofKey = actions.filter((action: string) => action.startsWith('kms:'))
        const others = actions.filter((action: string) =>
          /^(s3:(Get|Put)|sqs:(Send|Receive)|sns:|secretsmanager:Get)/.test(action),
        )
        rights[others.join(' ')] = ofKey
      }
    assert.deepEqual(rights[''], [])
    assert.deepEqual(
      rights['s3:GetObject secretsmanager:GetSecretValue'] ?? rights['secretsmanager:GetSecretValue s3:GetObject'],
      ['kms:Decrypt'],
    )
    for (const [others, ofKey] of Object.entries(rights)) {
      assert.equal(ofKey.includes('kms:Decrypt'), others !== '', others)
      assert.equal(ofKey.includes('kms:GenerateDataKey'), /Put|Send|sns/.test(others), others)
    }
  })
})

describe('a network', () => {
  test('of its own takes the given range, closes its default group, and limits each endpoint to this account', () => {
    const template = templateOf('production', { vpcCidr: '10.20.0.0/16' })
    assert.equal(only(template, 'AWS::EC2::VPC').Properties.CidrBlock, '10.20.0.0/16')
    template.resourceCountIs('Custom::VpcRestrictDefaultSG', 1)
    const endpoints = Object.values(template.findResources('AWS::EC2::VPCEndpoint')).map(({ Properties }) => Properties)
    const inAccount = { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' }, 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } }
    const interfaces = endpoints.filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface')
    assert.equal(interfaces.length, 4)
    for (const { PolicyDocument } of interfaces) assert.deepEqual(PolicyDocument.Statement[0].Condition.StringEquals, inAccount)
  })

  test('that exists gets security groups alone, and functions and database run in its subnets', () => {
    const template = templateOf('production', { vpc: 'vpc-0a1b', subnets: 'subnet-0a,subnet-0b' })
    for (const type of ['AWS::EC2::VPC', 'AWS::EC2::Subnet', 'AWS::EC2::VPCEndpoint']) template.resourceCountIs(type, 0)
    for (const { Properties } of Object.values(template.findResources('AWS::EC2::SecurityGroup')))
      assert.equal(Properties.VpcId, 'vpc-0a1b')
    const subnets = ['subnet-0a', 'subnet-0b']
    assert.deepEqual(only(template, 'AWS::RDS::DBSubnetGroup').Properties.SubnetIds, subnets)
    template.hasResourceProperties('AWS::Lambda::Function', { VpcConfig: { SubnetIds: subnets } })
  })
})

test('tags and a budget come with their options', () => {
  const given = { tags: 'team=events,cost-center=12', monthlyBudget: 500, opsEmail: 'ops@example.com' }
  const { stack } = makeStack('production', given)
  assert.deepEqual(stack.tags.tagValues(), { team: 'events', 'cost-center': '12' })
  const { Budget, NotificationsWithSubscribers } = only(templateOf('production', given), 'AWS::Budgets::Budget').Properties
  assert.deepEqual(Budget.BudgetLimit, { Amount: 500, Unit: 'USD' })
  for (const { Subscribers } of NotificationsWithSubscribers) assert.equal(Subscribers[0].Address, 'ops@example.com')
  templateOf('production', {}).resourceCountIs('AWS::Budgets::Budget', 0)
})

describe('the database', () => {
  test('restored from a snapshot takes from it what it holds, under a name of its own', () => {
    const { Properties } = only(templateOf('production', { restoreSnapshot: 'before-the-accident' }), 'AWS::RDS::DBInstance')
    assert.equal(Properties.DBSnapshotIdentifier, 'before-the-accident')
    assert.match(Properties.DBInstanceIdentifier, /^tickets-production-[0-9a-f]{8}$/)
    for (const name of ['MasterUsername', 'DBName', 'StorageEncrypted', 'KmsKeyId']) assert.ok(!(name in Properties), name)
  })

  test('a stage whose functions need more connections than it accepts cannot be synthesized', () => {
    const { production } = stages
    const withDatabase = (changed: object) =>
      ({ ...production, database: { ...production.database, ...changed } }) as typeof production
    const problemsAt = (changed: object) => makeStack('production', { stage: withDatabase(changed) }).stack.node.validate()
    assert.deepEqual(problemsAt({}), [])
    assert.match(problemsAt({ maxConnections: 300 })[0] ?? '', /need \d{3} connections and max_connections is 300/)
    assert.match(problemsAt({ maxConnections: 1000 })[0] ?? '', /memory for 901 connections and max_connections is 1000/)
    assert.deepEqual(makeStack('dev').stack.node.validate(), [])
  })
})
