import { addressOf, type DeployOption, flagOf } from '../../lib/deploy-options.ts'
import type { KeptOptions } from './deployed-stack.ts'

/** A risky change of an option, which needs consent, or is refused because it would replace the database. */
export interface OptionChange {
  option: DeployOption
  isRefused: boolean
  message: string
}

/** The options of a stack before and after a deployment. */
interface Change {
  /** Undefined if the template does not record them. */
  before: KeptOptions | undefined
  after: KeptOptions
  account: string
}

/** The consent to changes: the options accepted beforehand, and how to ask for others; undefined without a terminal. */
export interface Consent {
  accepted: readonly string[]
  ask: ((lines: string[]) => Promise<boolean>) | undefined
}

/**
 * Asks for consent to risky changes, such as an option that was forgotten this time.
 * @throws Error when the person refuses a change, or it is never allowed.
 */
export async function approveChanges(change: Change, { accepted, ask }: Consent): Promise<void> {
  const changes = findChanges(change)
  const refused = changes.filter(({ isRefused }) => isRefused)
  if (refused.length > 0) throw new Error(refused.map(describeChange).join('\n'))
  const open = changes.filter(({ option }) => !accepted.includes(flagOf(option).slice(2)))
  if (open.length === 0) return
  const lines = ['Compared with what is deployed:', ...open.map((one) => `- ${describeChange(one)}`)]
  const names = open.map(({ option }) => flagOf(option).slice(2)).join(',')
  const remedy = `Nothing was deployed. Give the options as they were deployed, or accept the change: --accept ${names}`
  if (!ask) throw new Error([...lines, remedy].join('\n'))
  if (!(await ask(lines))) throw new Error('Nothing was deployed.')
}

/** Lists the risky changes. */
export function findChanges({ before, after, account }: Change): OptionChange[] {
  if (!before) return [asked('allowedCallers', 'and other options of the deployed stack are unknown and would be replaced')]
  return [
    ...widenedCallers({ before, after, account }),
    ...changedAddress(before, after),
    ...droppedWallets(before, after),
    ...changedFoundation(before, after),
  ]
}

/** Writes a change as a line. */
export function describeChange({ option, message }: OptionChange): string {
  return `${flagOf(option)} ${message}.`
}

function asked(option: DeployOption, message: string): OptionChange {
  return { option, isRefused: false, message }
}

function refused(option: DeployOption, message: string): OptionChange {
  return { option, isRefused: true, message }
}

function widenedCallers({ before, after, account }: Change & { before: KeptOptions }): OptionChange[] {
  const former = (before.allowedCallers ?? account).split(',')
  const isCovered = (caller: string) =>
    former.includes('anyone') || former.includes(caller) || former.includes(caller.split(':')[4] ?? '')
  const added = (after.allowedCallers ?? account).split(',').filter((caller) => !isCovered(caller))
  if (added.length === 0) return []
  const who = added.map((caller) => (caller === account ? `everyone in the account ${account}` : caller)).join(', ')
  return [asked('allowedCallers', `would let ${who} call the routes of Core as well`)]
}

function changedAddress(before: KeptOptions, after: KeptOptions): OptionChange[] {
  const [from, to] = [before, after].map((options) => addressOf(options) ?? "the API's own address")
  if (from === to) return []
  const option = before.domain || after.domain ? 'domain' : 'publicUrl'
  return [asked(option, `would move the API from ${from} to ${to}; links that guests have may stop working`)]
}

function droppedWallets(before: KeptOptions, after: KeptOptions): OptionChange[] {
  const dropped = (before.wallets?.split(',') ?? []).filter((type) => !after.wallets?.split(',').includes(type))
  return dropped.length > 0 ? [asked('wallets', `would no longer offer passes for ${dropped.join(' and ')}`)] : []
}

/** Lists changes of the key, the network and the snapshot that the database was created with. */
function changedFoundation(before: KeptOptions, after: KeptOptions): OptionChange[] {
  const replaced = 'the database would be replaced by an empty one'
  const fixed = (['ownKey', 'vpc', 'vpcCidr'] as const).filter((option) => (before[option] || '') !== (after[option] || ''))
  const changes = fixed.map((option) =>
    refused(option, `must stay ${before[option] ? `"${before[option]}"` : 'unset'}: otherwise ${replaced}`),
  )
  const { restoreSnapshot: former } = before
  if (former === after.restoreSnapshot) return changes
  if (!after.restoreSnapshot) return [...changes, refused('restoreSnapshot', `must stay "${former}": otherwise ${replaced}`)]
  return [...changes, asked('restoreSnapshot', 'would replace the database by the snapshot')]
}
