import { alarms, seriesOf } from '../../functions/contract/monitoring/alarms.ts'
import { metrics } from '../../functions/contract/monitoring/metrics.ts'
import { renderQueues } from '../../functions/contract/queues.ts'
import { canaryEverySeconds, noticeSending, secretCheckSeconds } from '../../functions/contract/retries.ts'
import { addressLimits } from '../../lib/firewall.ts'
import { services } from '../../lib/network.ts'
import type { DatabaseSize, Stage } from '../../lib/stage.ts'
import { type CostLine, line, type PriceName } from './prices.ts'
import { singleCost } from './ticket-cost.ts'
import { workload } from './workload.ts'

const { backupSharePerWeek, hoursPerMonth, pollersPerQueue, pollSeconds, templates, warmKeyHolders, zones } = workload

/**
 * Lists the monthly cost of a stage without any ticket.
 * @throws Error when prices.ts lacks the stage's instance.
 */
export function fixedCost(stage: Stage): CostLine[] {
  const { database, hasCanary, hasFirewall } = stage
  const queues = 2 * Object.keys(renderQueues).length
  const secondsPerMonth = 3600 * hoursPerMonth
  const polls = (queues * pollersPerQueue * secondsPerMonth) / pollSeconds
  return [
    ...(database ? databaseCost(database) : []),
    ...(database
      ? stage.waysOut === 'endpoints'
        ? [line('network endpoints of AWS services', 'endpoint', Object.keys(services).length * zones * hoursPerMonth)]
        : natCost
      : []),
    ...(stage.isMonitored ? monitoringCost() : []),
    line('secrets', 'secret', database ? 2 : 1),
    line('checking the secrets for changes', 'secretCall', (warmKeyHolders * secondsPerMonth) / secretCheckSeconds),
    line('polling empty queues', 'sqsRequest', polls),
    line('sending notices', 'lambdaArm', noticeSeconds(stage) * (stage.memory.notices.toMebibytes() / 1024)),
    ...(hasCanary ? canaryCost(stage) : []),
    ...(hasFirewall ? [line('web ACL', 'webAcl', 1), line('its rules', 'webAclRule', Object.keys(addressLimits).length)] : []),
  ]
}

/** Computes how long the function that sends notices runs in a month; a single pass takes as long as a route. */
function noticeSeconds(stage: Stage): number {
  const { everySeconds } = noticeSending
  return ((3600 * hoursPerMonth) / everySeconds) * Math.max(stage.noticeSeconds, workload.routeMs / 1000)
}

const natCost = [
  line('NAT instance, t4g.nano', 't4g.nano', hoursPerMonth),
  line('its address', 'publicAddress', hoursPerMonth),
  line('its disk', 'disk', 8),
]

function monitoringCost(): CostLine[] {
  return [
    line('metrics', 'metric', countMetrics()),
    line('alarms', 'alarm', Object.values(alarms).flatMap(({ watched }) => seriesOf(watched)).length),
    line('dashboard', 'dashboard', 1),
  ]
}

/** Lists the cost of the canary: a ticket each time, and a function that waits for its other three calls as well. */
function canaryCost(stage: Stage): CostLine[] {
  const thousands = (3600 * hoursPerMonth) / canaryEverySeconds / 1000
  const calls = 3 * 1000
  const waitingSeconds = 1000 * ((workload.singleMs + 3 * workload.routeMs) / 1000) * (stage.memory.worker.toMebibytes() / 1024)
  const lines = [
    ...singleCost(stage),
    line('further calls', 'apiRequest', calls),
    line('its function', 'lambdaArm', waitingSeconds),
  ]
  return lines.map(({ what, price, units }) => line(`canary: ${what}`, price, units * thousands))
}

function databaseCost({ instance, hasStandby, storage, backupLifetime }: DatabaseSize): CostLine[] {
  const name = `${instance.class}.${instance.size}`.toLowerCase()
  const copies = hasStandby ? 2 : 1
  return [
    line(`database, ${name}${hasStandby ? ' with a standby' : ''}`, priceOf(name), copies * hoursPerMonth),
    line('database storage', 'databaseStorage', copies * storage.toGibibytes()),
    line('database backups', 'databaseBackup', storage.toGibibytes() * backupSharePerWeek * (backupLifetime.toDays() / 7)),
  ]
}

function priceOf(instance: string): PriceName {
  const names: PriceName[] = ['t4g.micro', 'm7g.large']
  const found = names.find((name) => name === instance)
  if (!found) throw new Error(`bin/cost/prices.ts has no price for ${instance}, only for ${names.join(' and ')}.`)
  return found
}

/** Counts the metrics: CloudWatch bills each combination of dimension values. */
function countMetrics(): number {
  const values: Record<string, number> = { template_id: templates, status: 2, outcome: 2 }
  const sets = Object.values(metrics).flatMap(({ dimensions }): (readonly string[])[] => [...dimensions])
  return sets.reduce((total, names) => total + names.reduce((count, name) => count * (values[name] ?? 1), 1), 0)
}
