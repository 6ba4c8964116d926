import * as z from 'zod'
import { clientVariables } from '../../functions/contract/clients.ts'
import { walletTypes } from '../../functions/contract/environment.ts'
import { guestList } from '../../functions/contract/schemas/guests.ts'
import { renderAnswer } from '../../functions/contract/schemas/render.ts'
import { event } from '../../functions/contract/schemas/requests.ts'
import { connect, type Sql } from '../../functions/database/client.ts'
import { findEvent } from '../../functions/database/events.ts'
import { registerEvent } from '../../functions/domain/events/register-event.ts'
import { registerGuests } from '../../functions/domain/guests/register-guests.ts'
import { prepareDatabase } from '../../functions/domain/templates/publish-templates.ts'
import { isUnpacked, unpackChromium } from '../../functions/print/chromium/binary.ts'
import { hasFontFolder, makeFontFolder } from '../../functions/print/fonts/font-folder.ts'
import { readEnvironment } from '../../functions/runtime/environment.ts'
import { makeWallets, openWalletSettings } from '../../functions/runtime/wallet-source.ts'
import { ensureKeyFile } from '../../functions/trust/key-file.ts'
import { ensureWalletFile } from '../../functions/wallet/local-wallet-file.ts'
import demo from './demo-event.json' with { type: 'json' }
import type { LambdaService } from './lambda/lambda-service.ts'
import { allowRoleCreation, setRolePasswords } from './postgres/roles.ts'
import { StartFailure } from './process/start-failure.ts'
import type { RunStep } from './process/start-steps.ts'
import { setVariables } from './service-environment.ts'

/** Creates the signing keys, migrates the database and registers the demo event, where any of that is missing. */
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

/** Registers the event and guests of the specification's examples, unless the event exists: its changes are kept. */
async function registerDemoEvent(sql: Sql): Promise<void> {
  if (await findEvent(sql, demo.eventId)) return
  await registerEvent({ sql }, demo.eventId, event.parse(demo.event))
  await registerGuests({ sql }, demo.eventId, guestList.parse({ guests: demo.guests }))
}

/**
 * Creates wallet settings where there are none, and enables the wallets that the settings configure.
 * @throws StartFailure when existing settings are invalid.
 */
export async function prepareWallets(): Promise<void> {
  const environment = readEnvironment(clientVariables.wallets)
  if (environment.WALLET_FILE) await ensureWalletFile(environment.WALLET_FILE)
  try {
    const wallets = await makeWallets(await openWalletSettings(environment)())
    setVariables({ WALLETS: walletTypes.filter((type) => wallets[type]).join() })
  } catch (error) {
    throw new StartFailure(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/**
 * Unpacks Chromium and the fonts unless they are cached, and shows the progress.
 * @throws StartFailure when the folder cannot be used.
 */
export async function unpackRenderer(cacheFolder: string, runStep: RunStep): Promise<void> {
  const unpacking = Promise.all([
    isUnpacked(cacheFolder) || runStep('Unpacking Chromium', (onProgress) => unpackChromium(cacheFolder, onProgress)),
    (await hasFontFolder(cacheFolder)) || runStep('Unpacking fonts', (onProgress) => makeFontFolder(cacheFolder, onProgress)),
  ])
  await unpacking.catch((error) => {
    throw new StartFailure(`${error instanceof Error ? error.message : error}.`, { cause: error })
  })
}

const probe = JSON.stringify({ probe: true })
const functionError = z.object({ errorMessage: z.string() })

/**
 * Prints a blank page with the renderer of single tickets, so that the first ticket does not wait for Chromium.
 * @throws StartFailure when the renderer does not work.
 */
export async function warmRenderer(lambda: LambdaService): Promise<void> {
  const { failed, payload } = await lambda.invoke('render-now', probe)
  const returned: unknown = JSON.parse(payload)
  if (failed) throw new StartFailure(`The renderer does not work: ${functionError.parse(returned).errorMessage}`)
  const answer = renderAnswer.parse(returned)
  if (answer.outcome === 'unavailable') throw new StartFailure(`The renderer does not work: ${answer.message}`)
}

/** Starts a renderer of batches in the background, so that the first batch does not wait for Chromium. */
export function warmBatchRenderer(lambda: LambdaService, log: (line: string) => void): void {
  lambda.invoke('render-batch', probe).catch((error) => log(`The batch renderer could not be warmed up: ${error}`))
}
