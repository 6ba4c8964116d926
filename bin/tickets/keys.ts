import { join } from 'node:path'
import { Command, Option } from 'commander'
import * as z from 'zod'
import { routes } from '../../functions/contract/routes.ts'
import { readEnvironment } from '../../functions/environment.ts'
import type { StoredKey } from '../../functions/trust/key-set.ts'
import type { CommandResult } from './batch-summary.ts'
import { BadInput, CommandFailure, exitCodes, messageOf, ServiceRefusal } from './failures.ts'
import { openKeyStore } from './key-store.ts'
import { pause } from './pause.ts'
import type { Session, Work } from './session.ts'

/** Makes a command of the command line from its usage, what it is for, and what it does. */
export type DefineCommand = <Input extends z.ZodType>(usage: string, description: string, work: Work<Input>) => Command

const place = {
  file: z.string().min(1, 'must name a file'),
  secret: z
    .string()
    .regex(/^arn:[^:]+:secretsmanager:[^:]+:\d+:secret:.+$/, 'must be the ARN of a secret')
    .optional(),
}
const kid = z.coerce.number('must be an integer from 0 to 255').int().min(0).max(255)

/** Builds `tickets keys`, which looks after the signing keys: a file on this machine, or a secret of AWS Secrets Manager. */
export function keysCommand(define: DefineCommand): Command {
  const command = new Command('keys').description('look after the keys that sign tickets').exitOverride()
  const commands = [
    define('list', 'tell which keys sign, verify and are retired', listKeys),
    define('rotate', 'make a new key, which signs from now on; the others still verify', rotateKeys),
    define('retire', 'retire a key: what it signed lets nobody in any more', retireKeys)
      .requiredOption('--kid <kid>', 'the key, as "list" names it')
      .option('--reissue', 'make new tickets for all that the key signed, in batches'),
  ]
  for (const each of commands) command.addCommand(withPlace(each))
  return command
}

/** A file that the environment names gives way to a secret on the command line; two places on the command line are a mistake. */
function withPlace(command: Command): Command {
  return command
    .addOption(fileOption())
    .option('--secret <arn>', 'secret of AWS Secrets Manager that holds the signing keys, instead of a file')
    .hook('preAction', () => {
      const typed = ['file', 'secret'].filter((name) => command.getOptionValueSource(name) === 'cli')
      if (typed.length > 1) command.error("error: option '--secret <arn>' cannot be used with option '--file <file>'")
    })
}

function fileOption(): Option {
  const option = new Option('--file <file>', 'file of the signing keys').env('SIGNING_KEYS_FILE')
  return option.default(join(readEnvironment(['LOCAL_STATE_DIR']).LOCAL_STATE_DIR, 'signing-keys.json'))
}

const placeInput = z.object(place)

/** Tells of every key what it is good for. */
export const listKeys: Work<typeof placeInput> = {
  input: placeInput,
  run: async (_session, input) => {
    const { ed25519: keys } = await attempt((await openKeyStore(input)).read())
    const signing = keys.findLast((key) => !key.retiredAt)
    const described = keys.map((key) => ({ ...describe(key), state: stateOf(key, signing) }))
    const lines = described.map((key) => {
      const retired = key.retiredAt ? `, retired ${key.retiredAt}` : ''
      return `${String(key.kid).padStart(3)}  ${key.state.padEnd(8)}  made ${key.createdAt}${retired}`
    })
    return done(lines.join('\n'), { keys: described })
  },
}

/** Makes a new key. */
export const rotateKeys: Work<typeof placeInput> = {
  input: placeInput,
  run: async (_session, input) => {
    const store = await openKeyStore(input)
    const added = await attempt(store.rotate())
    return done(`Key ${added.kid} signs from now on; a running service notices within ${store.noticeSeconds} seconds.`, {
      added: describe(added),
    })
  },
}

const retireInput = z.object({ ...place, kid, reissue: z.boolean().default(false) })

/** Retires a key, and has the tickets that it signed made new where that is wanted. Repeating it goes on where it stopped. */
export const retireKeys: Work<typeof retireInput> = {
  input: retireInput,
  run: async (session, input) => {
    const store = await openKeyStore(input)
    const { retired, added } = await attempt(store.retire(input.kid))
    const changes = [
      `Key ${retired.kid} is retired: what it signed lets nobody in any more.`,
      ...(added ? [`Key ${added.kid} was made and signs from now on.`] : []),
    ]
    const unfinished = [...changes, howToReissue(session, input)].join('\n')
    const batches = input.reissue ? await reissueAll(session, input.kid, store.noticeSeconds).catch(addHint(unfinished)) : []
    const text = input.reissue ? [...changes, ...describeBatches(session, batches)].join('\n') : unfinished
    return done(text, { retired: describe(retired), added: added && describe(added), batches })
  },
}

type Batch = z.output<(typeof routes)['reissue-key']['success']['data']>

const mostTries = 10

async function reissueAll({ service, progress, signal }: Session, key: number, noticeSeconds: number): Promise<Batch[]> {
  const batches: Batch[] = []
  // Until a running service has looked at its keys, it would sign with the retired one.
  progress.note(`Waiting ${noticeSeconds} seconds, until the service has noticed.`)
  await pause(noticeSeconds * 1000, signal)
  for (let tries = 0; ; ) {
    try {
      const batch = await service.call(routes['reissue-key'], { params: { kid: key } })
      if (batch.batchId !== null) batches.push(batch)
      if (batch.remainingCount === 0) return batches
      progress.note(`${batch.remainingCount} tickets are left.`)
    } catch (error) {
      if (!(error instanceof ServiceRefusal) || error.code !== 'KEY_IN_USE' || ++tries === mostTries) throw error
      await pause(1000, signal)
    }
  }
}

function addHint(hint: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof CommandFailure) error.hint ??= hint
    throw error
  }
}

function describeBatches(session: Session, batches: Batch[]): string[] {
  const count = batches.reduce((total, { reissuedCount }) => total + reissuedCount, 0)
  const follow = batches.map(({ batchId, eventId, reissuedCount }) => {
    const command = session.commandLine(['status', batchId ?? '', '--follow'])
    return `  ${reissuedCount} of event ${eventId}: ${command}`
  })
  return [`${count} tickets have new codes; their PDFs are being made${count > 0 ? ':' : '.'}`, ...follow]
}

function howToReissue(session: Session, input: z.output<typeof retireInput>): string {
  const where = input.secret ? ['--secret', input.secret] : ['--file', input.file]
  const words = ['keys', 'retire', '--kid', String(input.kid), '--reissue', ...where]
  return `Make its tickets new: ${session.commandLine(words)}`
}

function stateOf(key: StoredKey, signing: StoredKey | undefined): 'signs' | 'verifies' | 'retired' {
  if (key.retiredAt) return 'retired'
  return key === signing ? 'signs' : 'verifies'
}

function describe({ kid: id, createdAt, retiredAt, jwk }: StoredKey) {
  return { kid: id, createdAt, retiredAt: retiredAt ?? null, publicKey: jwk.x }
}

function done(text: string, data: unknown): CommandResult {
  return { text, data, exitCode: exitCodes.done }
}

async function attempt<T>(work: Promise<T>): Promise<T> {
  return await work.catch((cause) => {
    throw new BadInput(messageOf(cause), [], { cause })
  })
}
