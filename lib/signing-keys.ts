import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'

/**
 * The secret of the signing keys. It is created empty: bin/deploy.ts fills it and `tickets keys` changes it,
 * both with the permissions of the person who runs them. No function may write it.
 */
export class SigningKeys extends Construct {
  readonly secretArn: string

  constructor(scope: Construct, id: string, { keepsData }: { keepsData: boolean }) {
    super(scope, id)
    const secret = new CfnSecret(this, 'Secret', { description: 'Keys that sign ticket codes, guest links and door passes' })
    secret.applyRemovalPolicy(keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY)
    // On AWS, Ref is the ARN too; emulators return the name.
    this.secretArn = secret.attrId
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Keys are rotated deliberately ("tickets keys rotate"), because doors must learn the new key first.',
    })
  }
}
