import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda'
import { askIam } from './aws-caller.ts'

interface Statement {
  Action: string | string[]
}

/**
 * Mends what MiniStack does otherwise than AWS: it takes SendMessageBatch for an action of its own, where AWS asks for `sqs:SendMessage`. So whoever
 * may send one message may now send several, and nobody else. Source: Amazon SQS, "Actions, resources, and condition keys".
 */
export async function letSendersSendBatches(): Promise<void> {
  for await (const { Functions = [] } of paginateListFunctions({ client: new LambdaClient() }, {})) {
    const senders = Functions.filter(({ Environment }) => Environment?.Variables?.RENDER_QUEUE_URL)
    for (const { Role } of senders) await widen(Role?.split('/').at(-1) ?? '')
  }
}

async function widen(RoleName: string): Promise<void> {
  const policy = { RoleName, PolicyName: 'access' }
  const read = await askIam({ Action: 'GetRolePolicy', ...policy })
  const document: { Statement: Statement[] } = JSON.parse(decodeURIComponent(read('PolicyDocument')))
  for (const statement of document.Statement) {
    const actions = [statement.Action].flat()
    if (actions.includes('sqs:SendMessage')) statement.Action = [...actions, 'sqs:SendMessageBatch']
  }
  await askIam({ Action: 'PutRolePolicy', ...policy, PolicyDocument: JSON.stringify(document) })
}
