import { workers } from '../functions/contract/functions.ts'
import { prepareDatabase } from '../functions/domain/templates/publish-templates.ts'
import { openClients } from '../functions/runtime/clients.ts'
import { EnvironmentError, readEnvironment } from '../functions/runtime/environment.ts'
import { BadInput, exitCodes, messageOf } from './tickets/failures.ts'
import { readArguments } from './tickets/options.ts'
import { writeText } from './tickets/terminal.ts'

const usage = `Usage: npm run migrate

Updates the database of DATABASE_URL (or DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASSWORD) to this version: applies the
pending migrations and publishes the built-in templates. Idempotent.

Example:
  DATABASE_URL=postgres://user:password@host:5432/tickets npm run migrate
`

await main()

async function main(): Promise<void> {
  try {
    if (readArguments({ help: { type: 'boolean', short: 'h' } }).help) process.stdout.write(usage)
    else await migrateDatabase()
  } catch (error) {
    writeText(process.stderr, `${messageOf(error)}\n`)
    process.exitCode = error instanceof BadInput || error instanceof EnvironmentError ? exitCodes.badInput : exitCodes.incomplete
  }
}

async function migrateDatabase(): Promise<void> {
  const { uses, variables } = workers.migrate
  const { MIGRATIONS_PATH: migrationsPath, TEMPLATES_PATH: templatesPath } = readEnvironment(variables)
  const { owner: sql } = await openClients(uses)
  try {
    const applied = await prepareDatabase({ sql, migrationsPath, templatesPath })
    process.stdout.write(applied.length > 0 ? `Applied ${applied.join(', ')}.\n` : 'The database is up to date.\n')
  } catch (error) {
    writeText(process.stderr, `The database could not be migrated: ${messageOf(error) || error}\n`)
    process.exitCode = 1
  } finally {
    await sql.end({ timeout: 2 })
  }
}
