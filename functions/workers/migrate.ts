import { workers } from '../contract/functions.ts'
import { prepareDatabase } from '../domain/templates/publish-templates.ts'
import { openClients } from '../runtime/clients.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { logger } from '../runtime/telemetry.ts'

const { uses, variables } = workers.migrate
const { MIGRATIONS_PATH: migrationsPath, TEMPLATES_PATH: templatesPath } = readEnvironment(variables)

/**
 * Migrates the database to this version and returns the applied migrations. Idempotent.
 * @throws Error of the failed migration, which is rolled back: the deployment stops, the old code keeps
 * running.
 */
export async function handler(): Promise<{ applied: string[] }> {
  const { owner: sql } = await openClients(uses)
  try {
    const applied = await prepareDatabase({ sql, migrationsPath, templatesPath })
    logger.info('The database is up to date', { applied })
    return { applied }
  } finally {
    await sql.end({ timeout: 1 })
  }
}
