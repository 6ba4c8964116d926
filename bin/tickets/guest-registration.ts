import type * as z from 'zod'
import { parseExactly } from '../../functions/contract/exact-json.ts'
import { event } from '../../functions/contract/schemas/requests.ts'
import { CoreError } from '../client/core-client.ts'
import type { Session } from './command.ts'
import { BadInput, messageOf, ServiceRefusal } from './failures.ts'
import type { Guest } from './guest-columns.ts'
import { detailsOf } from './options.ts'
import { formatCount } from './progress-line.ts'
import { readText } from './text-file.ts'

type EventBody = z.output<typeof event>

const maxGuestsPerCall = 10_000
// Lambda accepts events of 6 MB (AWS quotas, "Invocation payload, synchronous"), which hold the body as an
// escaped string.
const maxBytesPerCall = 5_500_000

/**
 * Reads the JSON file of an event and validates it against the contract.
 * @throws BadInput when it is not an event, or its id differs from `eventId`.
 */
export async function readEventFile(path: string, eventId: number): Promise<EventBody> {
  const parsed = event.safeParse(parseJson(path, await readText(path)))
  if (!parsed.success) throw new BadInput(`${path} is not a valid event; nothing was sent.`, detailsOf(parsed.error))
  const { id } = parsed.data
  if (id !== undefined && id !== eventId)
    throw new BadInput(`${path} describes event ${id}, but --event is ${eventId}; nothing was sent.`)
  return parsed.data
}

/**
 * Registers or updates the guests in as few calls as possible, and logs how many are registered. Idempotent.
 * @throws ServiceRefusal with a hint when the event is not registered.
 */
export async function registerGuests({ core, progress }: Session, eventId: number, guests: readonly Guest[]): Promise<void> {
  let registered = 0
  for (const part of splitGuests(guests)) {
    await core.register_guests({ path: { eventId }, body: { guests: part } }).catch((error: unknown) => {
      if (!(error instanceof CoreError) || error.code !== 'EVENT_NOT_FOUND') throw error
      const hint = ['Register it in the same command with --event-file event.json. No batch was sent.']
      throw Object.assign(new ServiceRefusal(error), { hint })
    })
    registered += part.length
    progress.log(`${formatCount(registered)} of ${formatCount(guests.length)} guests registered.`)
  }
}

/** Splits guests into calls of at most 10,000 guests and the body size that Lambda accepts. */
export function splitGuests(guests: readonly Guest[]): Guest[][] {
  const parts: Guest[][] = []
  let part: Guest[] = []
  let bytes = 0
  for (const guest of guests) {
    const size = Buffer.byteLength(JSON.stringify(JSON.stringify(guest)))
    if (part.length === maxGuestsPerCall || bytes + size > maxBytesPerCall || parts.length === 0) {
      part = []
      bytes = 0
      parts.push(part)
    }
    part.push(guest)
    bytes += size
  }
  return parts
}

function parseJson(path: string, json: string): unknown {
  try {
    return parseExactly(json)
  } catch (error) {
    throw new BadInput(`${path} is not JSON: ${messageOf(error)}; nothing was sent.`, [], { cause: error })
  }
}
