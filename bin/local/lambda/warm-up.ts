import * as z from 'zod'
import { renderAnswer } from '../../../functions/contract/schemas/render.ts'
import { StartFailure } from '../process/start-failure.ts'
import type { LambdaService } from './lambda-service.ts'

const probe = JSON.stringify({ probe: true })
const functionError = z.object({ errorMessage: z.string() })

/**
 * Prints a blank page with the renderer of single tickets, so that the first ticket does not wait for
 * Chromium.
 * @throws StartFailure when the renderer does not work.
 */
export async function warmRenderer(lambda: LambdaService): Promise<void> {
  const { failed, payload } = await lambda.invoke('render-now', probe)
  const returned: unknown = JSON.parse(payload)
  if (failed) throw new StartFailure(`The renderer does not work: ${functionError.parse(returned).errorMessage}`)
  const answer = renderAnswer.parse(returned)
  if (answer.outcome === 'unavailable') throw new StartFailure(`The renderer does not work: ${answer.message}`)
}

/**
 * Starts a renderer of batches in the background, so that the first tickets of a batch do not wait for
 * Chromium.
 */
export function warmBatchRenderer(lambda: LambdaService, log: (line: string) => void): void {
  lambda.invoke('render-batch', probe).catch((error) => log(`The batch renderer could not be warmed up: ${error}`))
}
