import { CfnResource, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import * as s3 from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { guestListTimes } from '../functions/contract/retries.ts'
import type { Stage } from './stage.ts'

/** Properties of the bucket. */
export type TicketBucketProps = Pick<Stage, 'pdfLifetime' | 'keepsData' | 'database'>

/** The bucket of the PDFs and of uploaded guest lists: private, encrypted, TLS only. A lifecycle rule deletes expired files. */
export class TicketBucket extends Construct {
  readonly bucket: s3.Bucket

  constructor(scope: Construct, id: string, { pdfLifetime, keepsData, database }: TicketBucketProps) {
    super(scope, id)
    this.bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [
        { expiration: pdfLifetime, abortIncompleteMultipartUploadAfter: pdfLifetime },
        { prefix: 'uploads/', expiration: Duration.days(guestListTimes.lifetimeDays) },
      ],
      removalPolicy: keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      // An emulator does not run the CDK's function for it.
      autoDeleteObjects: !keepsData && database !== null,
    })
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason: "Access logs would collect guests' addresses. API Gateway logs each opened link without them.",
    })
    this.acknowledgeWildcards()
  }

  private acknowledgeWildcards(): void {
    const { defaultChild } = this.bucket.node
    if (!CfnResource.isCfnResource(defaultChild)) return
    const stack = Stack.of(this)
    const reasons = {
      tickets: 'Which ticket a function reads, writes or deletes is known only at run time.',
      downloads: 'Which batch a download belongs to is known only at run time.',
      uploads: 'Which event a guest list belongs to is known only at run time.',
    }
    for (const [folder, reason] of Object.entries(reasons))
      Validations.of(stack).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${stack.getLogicalId(defaultChild)}.Arn>/${folder}/*]`,
        reason,
      })
  }
}
