import { accessSync, constants, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { EnvironmentError, readEnvironment } from '../../functions/runtime/environment.ts'
import { makeFolders } from '../../functions/runtime/make-folders.ts'
import { BadInput, reasonOf } from '../tickets/failures.ts'
import type { StackOptions } from './stack-options.ts'

/** The variables that a user of the local server may set; it sets the others itself. */
export const settings = [
  ...(['PORT', 'HOST', 'METRICS_PORT', 'PUBLIC_URL', 'LOCAL_STATE_DIR', 'DATABASE_URL', 'DB_POOL_SIZE'] as const),
  ...(['LOG_LEVEL', 'LOG_FORMAT', 'RENDERERS', 'REQUIRE_AUTH', 'ALLOWED_CALLERS', 'TEMPLATES_PATH'] as const),
  ...(['LINK_LIFETIME_DAYS', 'MAX_FILE_SIZE', 'WALLET_FILE', 'METRICS_NAMESPACE', 'OTEL_TRACES_EXPORTER'] as const),
  ...(['BROWSER_CACHE_DIR', 'XDG_CACHE_HOME', 'CHROMIUM_PROCESSES', 'RENDER_DEADLINE_SECONDS', 'TAG_CACHE'] as const),
  ...(['SWEEP_AFTER_SECONDS', 'TIDY_AFTER_SECONDS', 'LOCAL_SCHEDULE_SECONDS'] as const),
] as const

/**
 * Reads the server's own settings, and checks those of all its parts, before anything starts.
 * @throws BadInput that names the wrong ones and what is allowed.
 */
export function readSettings(): Omit<StackOptions, 'log'> {
  try {
    const environment = readEnvironment(settings.filter((name) => name !== 'ALLOWED_CALLERS' || process.env[name]))
    checkFolders(environment.TEMPLATES_PATH, environment.BROWSER_CACHE_DIR)
    const isText = environment.LOG_FORMAT === 'text' || (environment.LOG_FORMAT === 'auto' && process.stdout.isTTY)
    return {
      logFormat: isText ? 'text' : 'json',
      port: environment.PORT,
      host: environment.HOST,
      metricsPort: environment.METRICS_PORT,
      databaseUrl: environment.DATABASE_URL,
      stateFolder: environment.LOCAL_STATE_DIR,
      renderers: environment.RENDERERS,
      scheduleSeconds: environment.LOCAL_SCHEDULE_SECONDS,
      requireAuth: environment.REQUIRE_AUTH === '1',
    }
  } catch (error) {
    if (error instanceof EnvironmentError) throw new BadInput(error.message, [], { cause: error })
    throw error
  }
}

function checkFolders(templates: string, cache: string | undefined): void {
  if (process.env.TEMPLATES_PATH && !statSync(templates, { throwIfNoEntry: false })?.isDirectory())
    throw new BadInput(`TEMPLATES_PATH must be a folder; ${resolve(templates)} is not one.`)
  for (const [name, folder] of Object.entries({ TMPDIR: tmpdir(), BROWSER_CACHE_DIR: cache })) {
    if (folder === undefined) continue
    try {
      if (name === 'BROWSER_CACHE_DIR') makeFolders(resolve(folder), 0o700)
      accessSync(folder, constants.W_OK | constants.X_OK)
    } catch (error) {
      throw new BadInput(`${name} must be a folder that you may write; ${resolve(folder)} is not (${reasonOf(error)}).`)
    }
  }
}
