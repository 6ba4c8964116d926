import { parseArgs } from 'node:util'
import { openClients } from '../functions/clients.ts'
import { workers } from '../functions/contract/functions.ts'
import { readEnvironment } from '../functions/environment.ts'
import { prepareDatabase } from '../functions/tickets/prepare-database.ts'

const usage = `Usage: npm run migrate

Brings the database that DATABASE_URL (or DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASSWORD) names to this version:
applies the migrations it has not seen and publishes the built-in templates. Running it again changes nothing.
`

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } })
if (values.help) process.stdout.write(usage)
else await migrateDatabase()

async function migrateDatabase(): Promise<void> {
  const { uses, variables } = workers.migrate
  const { MIGRATIONS_PATH: migrationsPath, TEMPLATES_PATH: templatesPath } = readEnvironment(variables)
  const { owner: sql } = await openClients(uses)
  try {
    const applied = await prepareDatabase({ sql, migrationsPath, templatesPath })
    process.stdout.write(applied.length > 0 ? `Applied ${applied.join(', ')}.\n` : 'The database is up to date.\n')
  } catch (error) {
    process.stderr.write(`The database could not be migrated: ${error instanceof Error ? error.message || error.name : error}\n`)
    process.exitCode = 1
  } finally {
    await sql.end({ timeout: 2 })
  }
}
