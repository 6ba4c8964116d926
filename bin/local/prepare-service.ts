import { clientVariables } from '../../functions/contract/clients.ts'
import { connect } from '../../functions/database/client.ts'
import { prepareDatabase } from '../../functions/domain/templates/publish-templates.ts'
import { readEnvironment } from '../../functions/runtime/environment.ts'
import { ensureKeyFile } from '../../functions/trust/key-file.ts'
import { registerDemoEvent } from './demo-event.ts'
import { allowRoleCreation, setRolePasswords } from './postgres/roles.ts'

/**
 * Creates the signing keys, migrates the database and registers the demo event, where any of that is missing.
 */
export async function prepareService(ownerUrl: string): Promise<void> {
  const environment = readEnvironment([...clientVariables.sql, 'SIGNING_KEYS_FILE', 'MIGRATIONS_PATH', 'TEMPLATES_PATH'])
  if (environment.SIGNING_KEYS_FILE) await ensureKeyFile(environment.SIGNING_KEYS_FILE)
  await allowRoleCreation(ownerUrl)
  const sql = connect({ ...environment, DATABASE_URL: ownerUrl, DB_POOL_SIZE: 1 })
  try {
    await prepareDatabase({ sql, migrationsPath: environment.MIGRATIONS_PATH, templatesPath: environment.TEMPLATES_PATH })
    await registerDemoEvent(sql)
    await setRolePasswords(ownerUrl)
  } finally {
    await sql.end()
  }
}
