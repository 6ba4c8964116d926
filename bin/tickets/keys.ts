import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import * as z from 'zod'
import { readEnvironment } from '../../functions/runtime/environment.ts'
import { readKeyFile, retireKey, rotateKey } from '../../functions/trust/key-file.ts'
import type { KeySet, Retirement, StoredKey } from '../../functions/trust/key-set.ts'
import { type Core, CoreError } from '../client/core-client.ts'
import { defineCommand, type Session } from './command.ts'
import { BadInput, messageOf } from './failures.ts'
import { flag, integerOption, option } from './options.ts'
import { printableOutput } from './program.ts'
import { done } from './report.ts'

const keyLocation = {
  file: z
    .string()
    .min(1, 'must name a file')
    .default(() => join(readEnvironment(['LOCAL_STATE_DIR']).LOCAL_STATE_DIR, 'signing-keys.json'))
    .meta({
      value: '<file>',
      meaning: 'file of the signing keys (default: signing-keys.json in LOCAL_STATE_DIR)',
      env: 'SIGNING_KEYS_FILE',
    }),
  secret: option(
    z.optional(z.string().regex(/^arn:[^:]+:secretsmanager:[^:]+:\d+:secret:.+$/, 'must be the ARN of a secret')),
    '<arn>',
    'secret of AWS Secrets Manager that holds the signing keys, instead of a file',
  ),
}

/** Lists all keys with their states. */
export const listKeys = defineCommand({
  usage: 'list',
  description: 'List the keys and their states: signs, verifies or retired.',
  examples: ['keys list', 'keys list --secret arn:aws:secretsmanager:eu-west-3:123456789012:secret:signing-keys'],
  fields: keyLocation,
  run: async (_session, input) => {
    const { ed25519: keys } = await attempt((await openKeyStore(input)).read())
    const signing = keys.findLast((key) => !key.retiredAt)
    const described = keys.map((key) => ({ ...describe(key), state: stateOf(key, signing) }))
    const lines = described.map((key) => {
      const retired = key.retiredAt ? `, retired ${key.retiredAt}` : ''
      return `${String(key.kid).padStart(3)}  ${key.state.padEnd(8)}  made ${key.createdAt}${retired}`
    })
    return done(lines, { keys: described })
  },
})

/** Creates a new signing key. */
const rotateKeys = defineCommand({
  usage: 'rotate',
  description: 'Create a new signing key. Tickets of the other keys stay valid.',
  examples: ['keys rotate'],
  fields: keyLocation,
  run: async (_session, input) => {
    const store = await openKeyStore(input)
    const added = await attempt(store.rotate())
    const text = `Key ${added.kid} signs from now on; a running service applies it within ${store.propagationSeconds} seconds.`
    return done([text], { added: describe(added) })
  },
})

const retireFields = {
  ...keyLocation,
  key: integerOption(0, 255),
  reissue: flag('make new tickets, with new codes, for all tickets that the key signed'),
}

/** Retires a key, and with --reissue reissues the tickets that it signed. Running it again resumes. */
export const retireKeys = defineCommand({
  usage: 'retire',
  description: 'Retire a key, such as a leaked one: the tickets it signed become invalid.',
  examples: ['keys retire --key 1', 'keys retire --key 1 --reissue'],
  fields: retireFields,
  run: async (session, input) => {
    const store = await openKeyStore(input)
    const { retired, added } = await attempt(store.retire(input.key))
    const changes = [
      `Key ${retired.kid} is retired: the tickets it signed are no longer valid.`,
      ...(added ? [`Key ${added.kid} was created and signs from now on.`] : []),
    ]
    const unfinished = [...changes, howToReissue(session, input)]
    session.hint = unfinished
    const batches = input.reissue ? await reissueAll(session, input.key, store.propagationSeconds) : []
    const lines = input.reissue ? [...changes, ...describeBatches(session, batches)] : unfinished
    return done(lines, { retired: describe(retired), added: added && describe(added), batches })
  },
})
// The id is called "kid" in the service's answers and in JWK sets (RFC 7517).
retireKeys.requiredOption('--kid, --key <id>', 'id of the key: the number that "keys list" shows first')

/** Builds `tickets keys`, which manages the signing keys: a file on this machine, or a secret of AWS Secrets Manager. */
export function keysCommand(): Command {
  const command = new Command('keys').description('Manage the keys that sign tickets.').exitOverride()
  for (const each of [listKeys, rotateKeys, retireKeys]) command.addCommand(each.hook('preAction', refuseTwoPlaces))
  return command.configureOutput(printableOutput)
}

/** Refuses both options that say where the keys are. `--secret` wins over a file that the environment names. */
function refuseTwoPlaces(command: Command): void {
  const typed = ['file', 'secret'].filter((name) => command.getOptionValueSource(name) === 'cli')
  if (typed.length > 1) command.error("error: option '--secret <arn>' cannot be used with option '--file <file>'")
}

type Batch = Awaited<ReturnType<Core['reissue_key']>>['data']

const maxAttempts = 10

async function reissueAll({ core, progress, signal }: Session, kid: number, propagationSeconds: number): Promise<Batch[]> {
  const batches: Batch[] = []
  // A running service signs with the retired key until it reloads its keys.
  progress.log(`Waiting ${propagationSeconds} seconds for the service to reload its keys.`)
  await delay(propagationSeconds * 1000, undefined, { signal })
  for (let attempts = 0; ; ) {
    try {
      const { data: batch } = await core.reissue_key({ path: { kid } })
      if (batch.batchId !== null) batches.push(batch)
      if (batch.remainingCount === 0) return batches
      progress.log(`${batch.remainingCount} tickets are left.`)
    } catch (error) {
      if (!(error instanceof CoreError) || error.code !== 'KEY_IN_USE' || ++attempts === maxAttempts) throw error
      await delay(1000, undefined, { signal })
    }
  }
}

function describeBatches(session: Session, batches: Batch[]): string[] {
  const count = batches.reduce((total, { reissuedCount }) => total + reissuedCount, 0)
  const follow = batches.map(({ batchId, eventId, reissuedCount }) => {
    const command = session.commandLine(['status', batchId ?? '', '--follow'])
    return `  ${reissuedCount} of event ${eventId}: ${command}`
  })
  return [`${count} tickets have new codes; their PDFs are being printed${count > 0 ? ':' : '.'}`, ...follow]
}

function howToReissue(session: Session, input: z.output<z.ZodObject<typeof retireFields>>): string {
  const where = input.secret ? ['--secret', input.secret] : ['--file', input.file]
  const words = ['keys', 'retire', '--key', String(input.key), '--reissue', ...where]
  return `Reissue its tickets: ${session.commandLine(words)}`
}

function stateOf(key: StoredKey, signing: StoredKey | undefined): 'signs' | 'verifies' | 'retired' {
  if (key.retiredAt) return 'retired'
  return key === signing ? 'signs' : 'verifies'
}

function describe({ kid: id, createdAt, retiredAt, jwk }: StoredKey) {
  return { kid: id, createdAt, retiredAt: retiredAt ?? null, publicKey: jwk.x }
}

async function attempt<T>(work: Promise<T>): Promise<T> {
  return await work.catch((cause) => {
    throw new BadInput(messageOf(cause), [], { cause })
  })
}

/** A store of signing keys. Its methods throw errors without secrets. */
interface KeyStore {
  /** The time within which a running service applies a change. */
  propagationSeconds: number
  read(): Promise<KeySet>
  rotate(): Promise<StoredKey>
  retire(kid: number): Promise<Retirement>
}

const marginSeconds = 3

/** Opens the secret if one is given, else the file. */
async function openKeyStore({ file, secret }: { file: string; secret?: string | undefined }): Promise<KeyStore> {
  if (secret === undefined) {
    const read = () => readKeyFile(file)
    return { propagationSeconds: marginSeconds, read, rotate: () => rotateKey(file), retire: (kid) => retireKey(file, kid) }
  }
  // Loaded on demand: the Secrets Manager client takes as long to load as the rest of the command line.
  const { openKeySecret } = await import('../../functions/aws/signing-key-secret.ts')
  const { secretCheckSeconds } = await import('../../functions/contract/retries.ts')
  const { read, rotate, retire } = openKeySecret(secret)
  return { propagationSeconds: secretCheckSeconds + marginSeconds, read: async () => (await read()).keys, rotate, retire }
}
