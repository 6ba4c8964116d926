import { canaryCalls, canaryTicket } from '../../contract/canary.ts'
import { generateAnswer } from '../../contract/schemas/answers.ts'
import { validateAnswer } from '../../contract/schemas/trust-answers.ts'
import type { Clients } from '../clients.ts'

const { eventId, guestId } = canaryTicket
const event = { title: 'Canary', startsAt: '2100-01-01T00:00:00Z', timezone: 'UTC', location: 'Nowhere' }
const data = { firstName: 'Canary', lastName: 'Canary', email: 'canary@example.com', ticketType: 'Canary' }

/**
 * Prints the canary's ticket, opens it as its guest would, and validates its code as a door would. Each run
 * reprints the same ticket, and the sweeper deletes the PDF of the previous run.
 * @throws Error that names the first failed step.
 */
export async function runCanary({ publicApi }: Clients<'publicApi'>): Promise<void> {
  await publicApi.call(canaryCalls.register, event)
  const made = await publicApi.call(canaryCalls.generate, { eventId, guestId, data })
  const { ticketCode: code, pdfUrl } = generateAnswer.parse(dataOf(made))
  const pdf = await publicApi.open(pdfUrl)
  if (pdf.subarray(0, 5).toString('latin1') !== '%PDF-') throw new Error('The guest link of the ticket leads to no PDF.')
  const { valid, reason } = validateAnswer.parse(dataOf(await publicApi.call(canaryCalls.validate, { code })))
  if (!valid) throw new Error(`The code of the ticket is not valid: ${reason}.`)
}

function dataOf(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && 'data' in answer ? answer.data : undefined
}
