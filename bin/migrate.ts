import { workers } from '../functions/contract/functions.ts'
import { prepareDatabase } from '../functions/domain/templates/publish-templates.ts'
import { openClients } from '../functions/runtime/clients.ts'
import { readEnvironment } from '../functions/runtime/environment.ts'
import { messageOf } from './tickets/failures.ts'
import { runProgram } from './tickets/program.ts'

await runProgram(
  {
    usage: 'npm run migrate',
    description:
      'Updates the database of DATABASE_URL (or DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASSWORD) to this version: applies the ' +
      'pending migrations and publishes the built-in templates. Idempotent.',
    examples: ['DATABASE_URL=postgres://user:password@host:5432/tickets npm run migrate'],
  },
  {},
  async () => {
    const { uses, variables } = workers.migrate
    const { MIGRATIONS_PATH: migrationsPath, TEMPLATES_PATH: templatesPath } = readEnvironment(variables)
    const { owner: sql } = await openClients(uses)
    try {
      const applied = await prepareDatabase({ sql, migrationsPath, templatesPath })
      process.stdout.write(applied.length > 0 ? `Applied ${applied.join(', ')}.\n` : 'The database is up to date.\n')
    } catch (cause) {
      throw new Error(`The database could not be migrated: ${messageOf(cause) || cause}`, { cause })
    } finally {
      await sql.end({ timeout: 2 })
    }
  },
)
