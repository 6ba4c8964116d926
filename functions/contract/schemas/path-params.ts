import * as z from 'zod'
import { pathId } from './values.ts'

/** Takes an event in a path. */
export const eventParams = z.object({ eventId: pathId })

/** Takes a ticket in a path. */
export const ticketParams = z.object({ ticketId: pathId })
