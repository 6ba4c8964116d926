import { workers } from '../contract/functions.ts'
import { prepareDatabase } from '../domain/templates/prepare-database.ts'
import { openClients } from '../runtime/clients.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { logger } from '../runtime/telemetry.ts'

const { uses, variables } = workers.migrate
const { MIGRATIONS_PATH: migrationsPath, TEMPLATES_PATH: templatesPath } = readEnvironment(variables)
const { owner: sql } = await openClients(uses)

/**
 * Brings the database to what this version needs, and tells which migrations it applied. Running it again changes nothing.
 * @throws Error of a migration that failed: that one is undone, and the deployment ends here with the code that ran before.
 */
export async function handler(): Promise<{ applied: string[] }> {
  const applied = await prepareDatabase({ sql, migrationsPath, templatesPath })
  logger.info('The database is up to date', { applied })
  return { applied }
}
