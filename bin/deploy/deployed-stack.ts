import { type CloudFormationClient, DescribeStacksCommand, GetTemplateCommand } from '@aws-sdk/client-cloudformation'
import * as z from 'zod'
import { keptOptions, optionsKey } from '../../lib/deploy-options.ts'

/** Options as a template keeps them. */
export type KeptOptions = z.output<typeof keptOptions>

/** A stack as CloudFormation knows it. */
export interface DeployedStack {
  status: string
  /** The options it was deployed with; undefined if the template does not record them. */
  options: KeptOptions | undefined
}

const template = z.object({ Metadata: z.object({ [optionsKey]: keptOptions }) })

/** Reads a stack; undefined when it does not exist. */
export async function readStack(client: CloudFormationClient, name: string): Promise<DeployedStack | undefined> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }))
    if (!stack?.StackStatus) return undefined
    const { TemplateBody: body = '{}' } = await client.send(new GetTemplateCommand({ StackName: name }))
    const { data } = template.safeParse(JSON.parse(body))
    return { status: stack.StackStatus, options: data?.Metadata[optionsKey] }
  } catch (error) {
    // CloudFormation has no error of its own for this.
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined
    throw error
  }
}

/** Checks whether the next deployment creates the stack: the CDK deletes and recreates one that was rolled back. */
export function isFirstDeployment(stack: DeployedStack | undefined): boolean {
  return !stack || ['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'CREATE_FAILED', 'DELETE_COMPLETE'].includes(stack.status)
}

const runbook = 'docs/runbook.md#failed-deployment'

/** Describes why a stack cannot be deployed to; undefined if it can. */
export function describeBlocked(name: string, stack: DeployedStack | undefined): string | undefined {
  if (stack?.status.endsWith('_IN_PROGRESS') && stack.status !== 'REVIEW_IN_PROGRESS')
    return `Another operation on ${name} is under way (${stack.status}): wait until it has ended.`
  if (stack && /^(ROLLBACK|UPDATE_ROLLBACK|DELETE)_FAILED$/.test(stack.status))
    return `${name} is stuck in ${stack.status}: see ${runbook}.`
  return undefined
}

/** Describes what a failed deployment has left, from the stack before and after it. */
export function describeFailure(before: DeployedStack | undefined, after: DeployedStack | undefined): string {
  if (after && describeBlocked('', after))
    return `The deployment failed and could not be undone (${after.status}): see ${runbook}.`
  if (after?.status === 'ROLLBACK_COMPLETE')
    return `The first deployment failed, and everything it had created was deleted. Fix the cause, and deploy again: ${runbook}.`
  if (after?.status === 'UPDATE_ROLLBACK_COMPLETE' && before?.status !== after.status)
    return `The deployment failed and was undone: the previous version runs, on the migrated database. See ${runbook}.`
  return 'The deployment failed before it changed anything; the lines above say why.'
}
