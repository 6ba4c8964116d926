import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import { allow } from './allow.ts'

type Folder = 'tickets' | 'downloads' | 'uploads'

/** The actions of a route or worker on objects of a folder; `find` lets it list them, or all their versions. */
interface StorageUse {
  in: Folder
  find?: true | 'versions'
  actions: string[]
}

/** The use that each route or worker with the `storage` client makes of the bucket; `reach` only checks that it exists. */
const storageUses: Record<string, StorageUse[] | 'reach'> = {
  'get-pdf': [{ in: 'tickets', find: true, actions: ['s3:GetObject'] }],
  'get-detailed-health': 'reach',
  'get-png': [{ in: 'tickets', find: true, actions: ['s3:GetObject'] }],
  'create-guest-list': [{ in: 'uploads', actions: ['s3:PutObject'] }],
  // Without `find`: an attacker in this function could read no list, since their ids cannot be guessed.
  'create-batch': [{ in: 'uploads', actions: ['s3:GetObject'] }],
  'download-batch': [{ in: 'downloads', find: true, actions: ['s3:GetObject'] }],
  'make-download': [
    { in: 'tickets', find: true, actions: ['s3:GetObject'] },
    { in: 'downloads', actions: ['s3:PutObject', 's3:AbortMultipartUpload'] },
  ],
  'render-now': [{ in: 'tickets', find: true, actions: ['s3:GetObject', 's3:PutObject'] }],
  'render-batch': [{ in: 'tickets', actions: ['s3:PutObject'] }],
  erase: (['tickets', 'downloads', 'uploads'] as const).map((folder) => ({
    ...{ in: folder, find: 'versions' as const },
    actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
  })),
  sweep: [{ in: 'tickets', find: true, actions: ['s3:DeleteObject'] }],
}

/**
 * Grants a route or worker its actions on the bucket.
 * @throws Error when `storageUses` has no entry for it.
 */
export function storageStatements(name: string, bucket: Bucket): PolicyStatement[] {
  const uses = storageUses[name]
  if (!uses) throw new Error(`Add "${name}" to storageUses in lib/storage-access.ts, with its actions on the bucket.`)
  if (uses === 'reach') return [allow(['s3:ListBucket'], bucket.bucketArn)]
  return uses.flatMap(({ in: folder, find, actions }) => [
    ...(find ? [allowFinding(folder, bucket, find)] : []),
    allow(actions, bucket.arnForObjects(`${folder}/*`)),
  ])
}

function allowFinding(folder: Folder, { bucketArn }: Bucket, find: true | 'versions'): PolicyStatement {
  const actions = ['s3:ListBucket', ...(find === 'versions' ? ['s3:ListBucketVersions'] : [])]
  const conditions = { StringLike: { 's3:prefix': `${folder}/*` } }
  return new PolicyStatement({ actions, resources: [bucketArn], conditions })
}
