import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { StartFailure } from '../process/start-failure.ts'

const caller = z.strictObject({
  profile: z.string().regex(/^[\w-]+$/),
  arn: z.string().regex(/^arn:aws:(iam|sts)::[0-9]{12}:(user|assumed-role)\/[\w+=,.@/-]+$/),
  accessKeyId: z.string().regex(/^\w+$/),
  secretAccessKey: z.string().min(16),
  sessionToken: z.string().exactOptional(),
})

/** An IAM identity that may sign calls to the local server. `profile` names it in the credentials file. */
export type LocalCaller = z.output<typeof caller>

/** The allowed callers, and their credentials file for the AWS SDKs and the AWS command line. */
export interface LocalCallers {
  callers: LocalCaller[]
  credentialsFile: string
}

const account = '000000000000'

/** The role of Core on the local server, unless ALLOWED_CALLERS names others. */
export const localCoreRole = `arn:aws:iam::${account}:role/core`

/**
 * Reads the allowed callers from `callers.json` in the state folder, and creates it with one session of
 * Core's role where it is missing. Each start rewrites the credentials file from it. Both files have mode
 * 0600.
 * @throws StartFailure when the file is malformed.
 */
export function openLocalCallers(stateFolder: string): LocalCallers {
  const file = join(stateFolder, 'callers.json')
  if (!existsSync(file)) writeFileSync(file, `${JSON.stringify([makeCore()], null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  const callers = readCallers(file)
  const credentialsFile = join(stateFolder, 'aws-credentials')
  writeFileSync(credentialsFile, callers.map(writeProfile).join('\n'), { mode: 0o600 })
  return { callers, credentialsFile }
}

function makeCore(): LocalCaller {
  return {
    profile: 'core',
    arn: `arn:aws:sts::${account}:assumed-role/core/local`,
    accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(96).toString('base64'),
  }
}

function readCallers(file: string): LocalCaller[] {
  try {
    return z.array(caller).parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    // The parsers' messages can quote a secret, so they are not shown.
    const where = error instanceof z.ZodError ? `: ${error.issues[0]?.path.join('.')} is missing or wrong` : ''
    throw new StartFailure(`${file} is not a list of callers${where}. Correct it, or delete it to create a new one.`)
  }
}

function writeProfile({ profile, accessKeyId, secretAccessKey, sessionToken }: LocalCaller): string {
  const token = sessionToken === undefined ? [] : [`aws_session_token = ${sessionToken}`]
  const keys = [`aws_access_key_id = ${accessKeyId}`, `aws_secret_access_key = ${secretAccessKey}`, ...token]
  return `[${profile}]\n${keys.join('\n')}\n`
}
