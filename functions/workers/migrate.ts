import { workers } from '../contract/functions.ts'
import { prepareDatabase } from '../domain/templates/prepare-database.ts'
import { openClients } from '../runtime/clients.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { logger } from '../runtime/telemetry.ts'

const { uses, variables } = workers.migrate
const { MIGRATIONS_PATH: migrationsPath, TEMPLATES_PATH: templatesPath } = readEnvironment(variables)

/**
 * Migrates the database to this version, and returns the migrations it applied. Idempotent.
 * @throws Error of the migration that failed: it is rolled back, and the deployment stops with the previous code still running.
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
