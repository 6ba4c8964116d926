import type { Environment } from '../../contract/environment.ts'
import { openApiDocument } from '../../contract/openapi.ts'
import { describeService } from './check-health.ts'

/**
 * Returns a function that describes this deployment's contract as OpenAPI 3.1. The first call builds the
 * document, so that the other routes of a function do not wait for it.
 */
export function contractOf({ PUBLIC_URL: url, ALLOWED_CALLERS }: Environment<'PUBLIC_URL' | 'ALLOWED_CALLERS'>) {
  const about = { version: describeService().version, url, anyoneMayCall: ALLOWED_CALLERS.includes('anyone') }
  let document: ReturnType<typeof openApiDocument> | undefined
  return () => {
    document ??= openApiDocument(about)
    return document
  }
}
