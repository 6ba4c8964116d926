import { apiHandler } from '../http.ts'
import { problemsOf } from '../request.ts'
import { registerGuests } from '../tickets/register-event.ts'

/** Handles `register-guests`. */
export const handler = await apiHandler('register-guests', async (clients, { params, body }) => ({
  data: await registerGuests({ ...clients, describeIssue: problemsOf }, params.eventId, body),
}))
