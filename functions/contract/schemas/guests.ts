import * as z from 'zod'
import { checkPair, moment, timezone } from './times.ts'
import { checkData, choice, dataValue, freeData, id, key, locale, optionalName, requiredName, text } from './values.ts'

const name = requiredName(200)
const optional = optionalName(200)
const email = text(254)
  .regex(/^[^\s@"]{1,64}@[^\s@]{1,189}$/, 'must be an e-mail address')
  .refine((value) => !/\p{C}/u.test(value), 'must have no invisible characters')
  .meta({ description: 'Without invisible characters.' })

const person = { email: email.optional(), ticketType: name.optional(), locale: locale.optional() }

/** The guest's own entry times, besides the event's, if admission is timed. */
const entryTimes = { entryStartsAt: moment.optional(), entryEndsAt: moment.optional() }
const checkEntryTimes = checkPair('entryStartsAt', 'entryEndsAt')

/** The entry times within free data. */
export const ownTimes = z.object(entryTimes).superRefine(checkEntryTimes)

/** A guest as Core registers it. Names in `data` that the event also has are the guest's own. */
export const guest = z.strictObject({
  guestId: id,
  firstName: name,
  lastName: optional,
  ...person,
  data: freeData.superRefine(checkOwnTimes).optional(),
})

const guestListOf = <Entry extends z.ZodType>(entry: Entry) =>
  z.array(entry).min(1, 'must name at least one guest').max(10_000, 'must be at most 10000 guests a call')

/** A skipped guest: its index in the list, its id if it has one, and the problems. */
export interface LeftOutGuest {
  index: number
  guestId: number | null
  issues: z.core.$ZodIssue[]
}

/** The guests of one event, 1 to 10,000, each id once. */
export const guestList = z
  .strictObject({
    guests: guestListOf(guest)
      .superRefine((guests, context) => {
        const seen = new Map<number, number>()
        guests.forEach(({ guestId }, index) => {
          const first = seen.get(guestId)
          if (first === undefined) seen.set(guestId, index)
          else context.addIssue({ code: 'custom', path: [index, 'guestId'], message: repeats(first) })
        })
      })
      .meta({ description: 'Each guestId once.' }),
  })
  .transform((list): { guests: z.output<typeof guest>[]; leftOut?: LeftOutGuest[] } => list)

/** Parses guests as `guestList` does, and skips those that are invalid or repeat the id of a valid one. */
export const guestListSkipping = z.strictObject({ guests: guestListOf(z.unknown()) }).transform(({ guests: entries }) => {
  const guests = new Map<number, { index: number; guest: z.output<typeof guest> }>()
  const leftOut: LeftOutGuest[] = []
  for (const [index, entry] of entries.entries()) {
    const { data, error } = guest.safeParse(entry, { reportInput: true })
    const first = data && guests.get(data.guestId)
    const guestId = z.object({ guestId: id }).safeParse(entry).data?.guestId ?? null
    const repeated = { code: 'custom' as const, path: ['guestId'], message: repeats(first?.index ?? 0), input: guestId }
    if (data && !first) guests.set(data.guestId, { index, guest: data })
    else leftOut.push({ index, guestId, issues: error?.issues ?? [repeated] })
  }
  return { guests: [...guests.values()].map((one) => one.guest), leftOut }
})

const repeats = (first: number) => `repeats guests[${first}].guestId`

const dataRules = 'At most 16384 characters of JSON. An end must not be before its beginning: entryEndsAt, endsAt.'
const { $schema: _dialect, ...propertyNames } = z.toJSONSchema(key)

const guestData = { firstName: name.optional(), lastName: optional.optional(), ...person, ...entryTimes }

/** A guest's data in a request; other names are free for the template, and those of the event are the guest's own. */
export const ownData = z
  .object(guestData)
  .catchall(dataValue)
  .superRefine(checkData)
  .superRefine(checkEntryTimes)
  .meta({ propertyNames, description: dataRules })

const eventFacts = 'eventName, eventDate, eventEndDate, location, startsAt, endsAt, timezone'

/** The data of a request for one ticket: of its guest, and of an event that is not registered. */
export const generateData = ownData.meta({
  description: `${dataRules} Of an event that is not registered, also its facts: ${eventFacts}. Of one that is, these names are the guest's own data.`,
})

/** Data of a guest and an unregistered event; other names are free for the template. */
export const ticketData = z
  .object({
    ...guestData,
    eventName: name.optional(),
    eventDate: name.optional(),
    eventEndDate: name.optional(),
    location: name.optional(),
    startsAt: moment.optional(),
    endsAt: moment.optional(),
    timezone: timezone.optional(),
  })
  .catchall(dataValue)
  .superRefine(checkData)
  .superRefine(checkEntryTimes)
  .superRefine(checkPair('startsAt', 'endsAt'))
  .meta({ propertyNames, description: dataRules })

/** How a guest list is registered: all or nothing, or without its invalid guests. */
export const guestListQuery = z.object({ onInvalid: choice(['refuse', 'skip']).default('refuse') })

/** Reports entry times within free data that are malformed, or end before they begin. */
function checkOwnTimes(data: Record<string, unknown>, context: z.core.$RefinementCtx): void {
  const { error } = ownTimes.safeParse(data)
  for (const { path, message } of error?.issues ?? []) context.addIssue({ code: 'custom', path, message })
}
