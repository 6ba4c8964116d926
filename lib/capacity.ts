import type { Stack } from 'aws-cdk-lib'
import { CfnFunction } from 'aws-cdk-lib/aws-lambda'
import { variables } from '../functions/contract/environment.ts'
import type { DatabaseSize } from './stage.ts'

// For RDS itself, and for people who investigate a problem.
const connectionsKeptFree = 20
// Amazon RDS, "Quotas and constraints": the default of max_connections is the memory divided by this.
const bytesPerConnection = 9_531_392

/** Sums the environments that the functions of a stack reserve, and those of them that hold a connection to the database. */
export function reservedEnvironments(stack: Stack): { all: number; connected: number } {
  const functions = stack.node.findAll().filter((node) => node instanceof CfnFunction)
  const sum = (some: CfnFunction[]) => some.reduce((total, one) => total + (one.reservedConcurrentExecutions ?? 0), 0)
  const connected = functions.filter((one) => stack.resolve(one.environment)?.variables?.DB_HOST !== undefined)
  return { all: sum(functions), connected: sum(connected) }
}

/** Checks that the database accepts every connection that the functions of a stack may open. @returns the problems. */
export function connectionProblems(
  stack: Stack,
  { maxConnections, memory }: Pick<DatabaseSize, 'maxConnections' | 'memory'>,
): string[] {
  const poolSize = variables.DB_POOL_SIZE.schema.parse(undefined)
  const needed = reservedEnvironments(stack).connected * poolSize + connectionsKeptFree
  const bearable = Math.floor(memory.toBytes() / bytesPerConnection)
  return [
    ...(needed > maxConnections
      ? [
          `The functions need ${needed} connections and max_connections is ${maxConnections}: lower "concurrency", or raise "maxConnections".`,
        ]
      : []),
    ...(maxConnections > bearable
      ? [`The instance has memory for ${bearable} connections and max_connections is ${maxConnections}: take a larger instance.`]
      : []),
  ]
}
