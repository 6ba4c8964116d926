import { CfnResource, type Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import * as s3 from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'

/** Is what the bucket needs. */
export interface TicketBucketProps {
  pdfLifetime: Duration
  keepsData: boolean
}

/** Is the bucket of the PDFs: private, encrypted, reached over TLS only. Files go by themselves when their time is over. */
export class TicketBucket extends Construct {
  readonly bucket: s3.Bucket

  constructor(scope: Construct, id: string, { pdfLifetime, keepsData }: TicketBucketProps) {
    super(scope, id)
    this.bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [{ expiration: pdfLifetime, abortIncompleteMultipartUploadAfter: pdfLifetime }],
      removalPolicy: keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    })
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Access logs would collect the addresses of guests. API Gateway logs each opening of a link, without them.',
    })
    this.acknowledgeAllFiles()
  }

  private acknowledgeAllFiles(): void {
    const { defaultChild } = this.bucket.node
    if (!CfnResource.isCfnResource(defaultChild)) return
    const stack = Stack.of(this)
    const reasons = {
      tickets: 'A function that reads, writes or deletes PDFs has those of all tickets; which one is known when it runs.',
      downloads: 'A function that makes or hands out downloads has those of all batches; which one is known when it runs.',
    }
    for (const [folder, reason] of Object.entries(reasons))
      Validations.of(stack).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${stack.getLogicalId(defaultChild)}.Arn>/${folder}/*]`,
        reason,
      })
  }
}
