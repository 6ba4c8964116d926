import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import { allow } from './allow.ts'

interface StorageUse {
  on: 'bucket' | 'files' | 'downloads' | 'uploads'
  actions: string[]
}

/** What each function with the `storage` client does with the bucket. */
const storageUses: Record<string, StorageUse[]> = {
  'get-detailed-health': [{ on: 'bucket', actions: ['s3:ListBucket'] }],
  // Without s3:ListBucket, S3 answers 403 instead of 404 for a missing object.
  'get-pdf': [
    { on: 'bucket', actions: ['s3:ListBucket'] },
    { on: 'files', actions: ['s3:GetObject'] },
  ],
  'get-png': [
    { on: 'bucket', actions: ['s3:ListBucket'] },
    { on: 'files', actions: ['s3:GetObject'] },
  ],
  'create-guest-list': [{ on: 'uploads', actions: ['s3:PutObject'] }],
  'create-batch': [{ on: 'uploads', actions: ['s3:GetObject'] }],
  'download-batch': [
    { on: 'bucket', actions: ['s3:ListBucket'] },
    { on: 'downloads', actions: ['s3:GetObject'] },
  ],
  'make-download': [
    { on: 'bucket', actions: ['s3:ListBucket'] },
    { on: 'files', actions: ['s3:GetObject'] },
    { on: 'downloads', actions: ['s3:PutObject', 's3:AbortMultipartUpload'] },
  ],
  'render-now': [{ on: 'files', actions: ['s3:GetObject', 's3:PutObject'] }],
  'render-batch': [{ on: 'files', actions: ['s3:PutObject'] }],
  sweep: [
    { on: 'bucket', actions: ['s3:ListBucket'] },
    { on: 'files', actions: ['s3:DeleteObject'] },
  ],
}

/**
 * Grants a function its actions on the bucket.
 * @throws Error when `storageUses` has no entry for the function.
 */
export function storageStatements(functionName: string, bucket: Bucket): PolicyStatement[] {
  const uses = storageUses[functionName]
  if (!uses) throw new Error(`Add "${functionName}" to storageUses in lib/storage-access.ts, with its actions on the bucket.`)
  const arns = {
    bucket: bucket.bucketArn,
    files: bucket.arnForObjects('tickets/*'),
    downloads: bucket.arnForObjects('downloads/*'),
    uploads: bucket.arnForObjects('uploads/*'),
  }
  return uses.map(({ on, actions }) => allow(actions, arns[on]))
}
