import { apiHandler } from '../http.ts'
import { checkTemplate } from '../tickets/check-template.ts'
import { describeTrial } from '../tickets/read-template.ts'

/** Handles `check-template`. */
export const handler = await apiHandler('check-template', async (clients, { body }) => {
  const { trial, ...checked } = await checkTemplate(clients, body)
  return { data: { ...checked, trial: trial && describeTrial(trial) } }
})
