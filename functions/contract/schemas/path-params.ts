import * as z from 'zod'
import { pathId } from './values.ts'

/** An event in a path. */
export const eventParams = z.object({ eventId: pathId })

/** A ticket in a path. */
export const ticketParams = z.object({ ticketId: pathId })
