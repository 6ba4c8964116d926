import { addressOf, type DeployOption, type DeployOptions, flagOf } from '../../lib/deploy-options.ts'

/** A change of an option that could harm: one to ask about, or one that would replace the database. */
export interface OptionChange {
  option: DeployOption
  isRefused: boolean
  message: string
}

type Options = Pick<DeployOptions, DeployOption>

/** Lists the changes that a deployment must not make in silence, such as an option that was forgotten this time. */
export function findChanges(before: Partial<Options>, after: Partial<Options>, account: string): OptionChange[] {
  return [
    ...widenedCallers(before, after, account),
    ...changedAddress(before, after),
    ...droppedWallets(before, after),
    ...replaced(before, after),
  ]
}

function widenedCallers(before: Partial<Options>, after: Partial<Options>, account: string): OptionChange[] {
  const former = (before.allowedCallers ?? account).split(',')
  const isCovered = (caller: string) =>
    former.includes('anyone') || former.includes(caller) || former.includes(caller.split(':')[4] ?? '')
  const added = (after.allowedCallers ?? account).split(',').filter((caller) => !isCovered(caller))
  if (added.length === 0) return []
  const who = added.map((caller) => (caller === account ? `everyone in the account ${account}` : caller)).join(', ')
  return [{ option: 'allowedCallers', isRefused: false, message: `would let ${who} call the routes of Core as well` }]
}

function changedAddress(before: Partial<Options>, after: Partial<Options>): OptionChange[] {
  const [former, next] = [addressOf(before), addressOf(after)]
  if (former === next) return []
  const option = before.domain || after.domain ? 'domain' : 'publicUrl'
  const [from, to] = [former ?? "the API's own address", next ?? "the API's own address"]
  return [
    { option, isRefused: false, message: `would move the API from ${from} to ${to}; links that guests have may stop working` },
  ]
}

function droppedWallets(before: Partial<Options>, after: Partial<Options>): OptionChange[] {
  const dropped = (before.wallets?.split(',') ?? []).filter((type) => !after.wallets?.split(',').includes(type))
  if (dropped.length === 0) return []
  return [{ option: 'wallets', isRefused: false, message: `would no longer offer passes for ${dropped.join(' and ')}` }]
}

/** Options that decide what the database lies in. */
const fixed = ['ownKey', 'vpc', 'vpcCidr'] as const

function replaced(before: Partial<Options>, after: Partial<Options>): OptionChange[] {
  const changes: OptionChange[] = fixed
    .filter((option) => (before[option] || undefined) !== (after[option] || undefined))
    .map((option) => {
      const value = before[option] ? `it is ${before[option]}` : 'it is not set'
      return {
        option,
        isRefused: true,
        message: `cannot change once deployed, since the database would be replaced by an empty one; ${value}`,
      }
    })
  const { restoreSnapshot: former } = before
  if (former === after.restoreSnapshot) return changes
  if (!after.restoreSnapshot)
    changes.push({
      option: 'restoreSnapshot',
      isRefused: true,
      message: `must stay "${former}": without it, the database would be replaced by an empty one`,
    })
  else changes.push({ option: 'restoreSnapshot', isRefused: false, message: 'would replace the database by the snapshot' })
  return changes
}

/** Writes a change as a line. */
export function describeChange({ option, message }: OptionChange): string {
  return `${flagOf(option)} ${message}.`
}
