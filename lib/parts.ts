import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { Database } from './database.ts'
import type { RenderQueues } from './render-queues.ts'

/** The resources that functions use through their clients. */
export interface Parts {
  /** The stack's own database, or the URL of another. */
  database: Database | { url: string }
  bucket: Bucket
  queues: RenderQueues
  topic: ITopic
  signingKeysArn: string
  /** The address that guest links begin with. */
  publicUrl: string
  /** Builds the ARN that permits to call a method of the API. */
  methodArn: (method: string, path: string) => string
  /** The wallets that guests are offered, as in WALLETS, and the secret that signs their passes. */
  wallets?: { types: string; secretArn: string } | undefined
  /** The function that prints single tickets; absent for functions created before it. */
  renderNow?: InvokedFunction
  /** The function that trial-prints templates; absent for functions created before it. */
  renderTrial?: InvokedFunction
  /** The function that makes downloads; absent for functions created before it. */
  makeDownload?: InvokedFunction
  /** The function that prepares large batches; absent for functions created before it. */
  prepareBatch?: InvokedFunction
  /** The function that pushes changed passes to wallets; absent for functions created before it. */
  pushPasses?: InvokedFunction
  /** The function that erases guests; absent for functions created before it. */
  erase?: InvokedFunction
}

/** A function that other functions invoke. */
export interface InvokedFunction {
  functionName: string
  functionArn: string
}
