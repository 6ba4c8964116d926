import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { planDeployment } from '../../../bin/deploy/plan.ts'
import { type AwsClients, openAwsClients, preflight } from '../../../bin/deploy/preflight.ts'
import type { DeployOptions } from '../../../lib/deploy-options.ts'
import { makePreparedState } from '../../fixtures/prepared-state.ts'

const account = '123456789012'
const region = 'eu-west-3'
Object.assign(process.env, { AWS_REGION: region, AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' })

const certificateArn = `arn:aws:acm:${region}:${account}:certificate/1`
const walletSecretArn = `arn:aws:secretsmanager:${region}:${account}:secret:wallets`
const walletFile = readFileSync(`${await makePreparedState()}/wallet.json`, 'utf8')
const missing = Object.assign(new Error('none'), { name: 'ParameterNotFound' })
const absent = new Error('Stack with id tickets-production does not exist')

/** What a good account answers, by command. */
const good: Record<string, unknown> = {
  GetCallerIdentityCommand: { Account: account },
  GetAccountSettingsCommand: { AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000 } },
  GetParameterCommand: { Parameter: { Value: '25' } },
  DescribeOrderableDBInstanceOptionsCommand: { OrderableDBInstanceOptions: [{ StorageType: 'gp3', MultiAZCapable: true }] },
  DescribeStacksCommand: absent,
  GetTemplateCommand: { TemplateBody: '{"Metadata":{"DeployOptions":{"opsEmail":"ops@example.com"}}}' },
  DescribeCertificateCommand: { Certificate: { Status: 'ISSUED', SubjectAlternativeNames: ['*.example.com'] } },
  GetSecretValueCommand: { SecretString: walletFile },
}
const options: DeployOptions = {
  stage: 'production',
  domain: 'tickets.example.com',
  certificateArn,
  wallets: 'apple',
  walletSecretArn,
}
const plan = planDeployment(options)

/** Opens real clients that get these answers instead of AWS's; an error is thrown. */
function clientsOf(answers: Record<string, unknown>): AwsClients {
  const clients = openAwsClients()
  for (const client of Object.values(clients))
    Object.assign(client, {
      send: async (command: object) => {
        const answer = { ...good, ...answers }[command.constructor.name]
        if (answer instanceof Error) throw answer
        return answer
      },
    })
  return clients
}
const problemsWith = async (answers: Record<string, unknown>, changed: Partial<DeployOptions> = {}) =>
  (await preflight({ ...plan, options: { ...options, ...changed } }, clientsOf(answers))).problems

describe('the preflight of a deployment', () => {
  test('finds nothing wrong with an account that can take it', async () => {
    const found = await preflight(plan, clientsOf({}))
    assert.deepEqual(found, { problems: [], account, deployed: undefined })
  })

  test('reads what the stack reserves and which database it has', () => {
    assert.ok(plan.reserved > 300, String(plan.reserved))
    assert.deepEqual(plan.databases, [{ instanceClass: 'db.m7g.large', engineVersion: '17.9', isMultiAz: true }])
  })

  test('lists everything that is wrong at once, each with what to do', async () => {
    const problems = await problemsWith({
      GetAccountSettingsCommand: { AccountLimit: { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 } },
      GetParameterCommand: missing,
      DescribeOrderableDBInstanceOptionsCommand: { OrderableDBInstanceOptions: [{ StorageType: 'gp3', MultiAZCapable: false }] },
      DescribeStacksCommand: { Stacks: [{ StackStatus: 'ROLLBACK_FAILED' }] },
      DescribeCertificateCommand: { Certificate: { Status: 'PENDING_VALIDATION' } },
      GetSecretValueCommand: { SecretString: '{}' },
    })
    assert.equal(problems.length, 6)
    const expected = [
      /tickets-production is stuck in ROLLBACK_FAILED: see docs\/runbook\.md#failed-deployment/,
      /reserves \d{3} concurrent executions of Lambda, and the account can reserve 0 in eu-west-3: ask for a quota of \d{3} /,
      /not bootstrapped for the CDK in eu-west-3: run "npx cdk bootstrap aws:\/\/123456789012\/eu-west-3"/,
      /RDS offers no PostgreSQL 17\.9 on db\.m7g\.large with gp3, a standby in eu-west-3/,
      /The certificate is not issued yet \(PENDING_VALIDATION\)/,
      /has no settings for apple: see docs\/wallets\.md/,
    ]
    for (const [index, pattern] of expected.entries()) assert.match(problems[index] ?? '', pattern)
  })

  test('tells a wrong certificate, an old bootstrap, a stack that is busy, and wallet settings that are not valid', async () => {
    const [elsewhere] = await problemsWith({}, { certificateArn: certificateArn.replace(region, 'us-east-1') })
    assert.match(elsewhere ?? '', /must be in eu-west-3/)
    const [other] = await problemsWith({}, { domain: 'a.b.example.com' })
    assert.match(other ?? '', /is for \*\.example\.com, and not for a\.b\.example\.com/)
    assert.match(
      (await problemsWith({ GetParameterCommand: { Parameter: { Value: '5' } } }))[0] ?? '',
      /is version 5, and 6 is needed/,
    )
    const [busy] = await problemsWith({ DescribeStacksCommand: { Stacks: [{ StackStatus: 'UPDATE_IN_PROGRESS' }] } })
    assert.match(busy ?? '', /under way \(UPDATE_IN_PROGRESS\)/)
    const [wallets] = await problemsWith({ GetSecretValueCommand: { SecretString: '{"apple":{}}' } })
    assert.match(wallets ?? '', /The wallets could not be checked: .*apple\.passTypeIdentifier/)
  })

  test('looks at the subnets of an existing VPC: where they are, and what they reach', async () => {
    const given = { vpc: 'vpc-1', subnets: 'subnet-1,subnet-2' }
    const inZones = (...zones: string[]) => ({
      Subnets: zones.map((AvailabilityZone, index) => ({ SubnetId: `subnet-${index + 1}`, VpcId: 'vpc-1', AvailabilityZone })),
    })
    const twoZones = { DescribeSubnetsCommand: inZones('a', 'b') }
    const endpoints = ['s3', 'secretsmanager', 'lambda', 'sqs', 'sns'].map((name) => ({
      ServiceName: `com.amazonaws.${region}.${name}`,
    }))
    const all = { DescribeVpcEndpointsCommand: { VpcEndpoints: endpoints } }
    const without = { DescribeVpcEndpointsCommand: { VpcEndpoints: endpoints.slice(0, 3) } }
    const table = (routes: object[]) => ({
      DescribeRouteTablesCommand: { RouteTables: [{ Associations: [{ Main: true }], Routes: routes }] },
    })
    const inward = { DestinationCidrBlock: '10.0.0.0/16' }
    assert.deepEqual(await problemsWith({ ...twoZones, ...all }, given), [])
    assert.deepEqual(
      await problemsWith({ ...twoZones, ...without, ...table([inward, { DestinationCidrBlock: '0.0.0.0/0' }]) }, given),
      [],
    )
    const [cutOff] = await problemsWith({ ...twoZones, ...without, ...table([inward]) }, given)
    assert.match(cutOff ?? '', /do not reach sqs, sns: add endpoints for them to vpc-1, or a route to a NAT gateway/)
    const [oneZone] = await problemsWith({ DescribeSubnetsCommand: inZones('a', 'a'), ...all }, given)
    assert.match(oneZone ?? '', /must lie in two zones/)
    const [elsewhere] = await problemsWith({ ...twoZones, ...all }, { ...given, vpc: 'vpc-2' })
    assert.match(elsewhere ?? '', /must be subnets of vpc-2, and subnet-1 and subnet-2 are not/)
  })

  test('counts what a deployed stack reserves already as its own', async () => {
    const settings = { AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 150 } }
    const deployed = { DescribeStacksCommand: { Stacks: [{ StackStatus: 'UPDATE_COMPLETE' }] } }
    assert.equal((await problemsWith({ GetAccountSettingsCommand: settings })).length, 1)
    const found = await preflight(plan, clientsOf({ ...deployed, GetAccountSettingsCommand: settings }))
    assert.deepEqual(found.problems, [])
    assert.deepEqual(found.deployed, { status: 'UPDATE_COMPLETE', options: { opsEmail: 'ops@example.com' } })
  })

  test('names what could not be checked, and goes on', async () => {
    const denied = new Error('User is not authorized to perform: ssm:GetParameter')
    assert.deepEqual(await problemsWith({ GetParameterCommand: denied }), [
      'The bootstrap of the CDK could not be checked: User is not authorized to perform: ssm:GetParameter.',
    ])
  })

  test('says nothing but that the credentials are wrong, if they are', async () => {
    const [problem, ...others] = await problemsWith({ GetCallerIdentityCommand: new Error('The security token is expired') })
    assert.match(problem ?? '', /AWS does not confirm the credentials \(The security token is expired\)/)
    assert.deepEqual(others, [])
  })
})
