import { SecretsUnavailableError } from '../aws/secrets.ts'
import { keepCurrent } from '../trust/key-ring.ts'
import { logger } from './telemetry.ts'

/** A text to read every `checkSeconds`, and how to parse it; `name` is for the log. */
interface Watched<Value> {
  name: string
  read: () => Promise<{ version: string; content: string }>
  parse: (content: string) => Value
  checkSeconds: number
}

/** Watches a secret, and keeps the known value while Secrets Manager is unavailable: doors and guests must not wait. */
export function watchSecret<Value>({ name, read, parse, checkSeconds }: Watched<Value>): () => Promise<Value> {
  return keepCurrent<Value>(async (known) => {
    try {
      const { version, content } = await read()
      return known?.version === version ? known : { version, value: parse(content) }
    } catch (error) {
      if (!known || !(error instanceof SecretsUnavailableError)) throw error
      logger.warn(`Secrets Manager is unavailable; the known ${name} stay in use.`, { reason: error.reason })
      return known
    }
  }, checkSeconds)
}
