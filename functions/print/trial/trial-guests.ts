import table from './trial-guests.json' with { type: 'json' }

/**
 * A guest to try a template with: ordinary ones must be readable; the names of invented ones are nobody's.
 */
export interface TrialGuest {
  name: string
  isOrdinary: boolean
  isInvented?: boolean
  variables: Readonly<Record<string, unknown>>
}

/** A guest of the table: the variables that differ from the first guest's, and those that it `lacks`. */
interface GuestRow extends Partial<Omit<TrialGuest, 'name'>> {
  name: string
  lacks?: string[]
}

const rows: GuestRow[] = table
const usual = Object.entries({ ...rows[0]?.variables })

/** The guests that every template is tried with: ordinary ones, then data that breaks layouts. */
export const trialGuests: readonly TrialGuest[] = rows.map(({ lacks = [], isOrdinary = false, ...guest }) => ({
  ...guest,
  isOrdinary,
  variables: { ...Object.fromEntries(usual.filter(([name]) => !lacks.includes(name))), ...guest.variables },
}))
