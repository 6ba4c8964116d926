import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'

/**
 * Is the secret of the signing keys. It is made empty: bin/deploy.ts fills it, and `tickets keys` changes it, both with the rights of
 * the person who runs them; no function may write it.
 */
export class SigningKeys extends Construct {
  readonly secretArn: string

  constructor(scope: Construct, id: string, { keepsData }: { keepsData: boolean }) {
    super(scope, id)
    const secret = new CfnSecret(this, 'Secret', { description: 'Keys that sign ticket codes, guest links and door passes' })
    secret.applyRemovalPolicy(keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY)
    // On AWS, Ref gives the same; stand-ins give the name for it.
    this.secretArn = secret.attrId
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'When a key is changed is a decision: doors have to learn the new one first. "tickets keys rotate" does it.',
    })
  }
}
