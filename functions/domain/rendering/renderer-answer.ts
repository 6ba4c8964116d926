import type { RenderAnswer } from '../../contract/schemas/render.ts'
import { TicketGenerationError } from '../../errors.ts'

type Outcome = Exclude<RenderAnswer['outcome'], 'refused' | 'unavailable'>
type AnswerOf<Expected extends Outcome> = Extract<RenderAnswer, { outcome: Expected }>

/** Returns an answer of the expected outcome. @throws TicketGenerationError with the renderer's code. */
export function expectOutcome<Expected extends Outcome>(answer: RenderAnswer, outcome: Expected): AnswerOf<Expected> {
  if ('code' in answer) throw new TicketGenerationError(answer.message, answer.code, 'details' in answer ? answer.details : [])
  if (!hasOutcome(answer, outcome))
    throw new Error(`Expected the renderer to answer ${outcome}, but it answered ${answer.outcome}.`)
  return answer
}

function hasOutcome<Expected extends Outcome>(answer: RenderAnswer, outcome: Expected): answer is AnswerOf<Expected> {
  return answer.outcome === outcome
}
