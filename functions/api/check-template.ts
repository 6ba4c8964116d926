import { checkTemplate } from '../domain/templates/check-template.ts'
import { describeTrial } from '../domain/templates/read-template.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `check-template`. */
export const handler = await apiHandler('check-template', async (clients, { body }) => {
  const { trial, ...checked } = await checkTemplate(clients, body)
  return { ...checked, trial: trial && describeTrial(trial) }
})
