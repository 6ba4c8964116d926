import { ACMClient } from '@aws-sdk/client-acm'
import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { EC2Client } from '@aws-sdk/client-ec2'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { RDSClient } from '@aws-sdk/client-rds'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SSMClient } from '@aws-sdk/client-ssm'
import { STSClient } from '@aws-sdk/client-sts'
import { awsTimeouts } from '../../functions/contract/retries.ts'

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
