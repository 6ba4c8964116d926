import * as z from 'zod'
import { localNoticesPath } from '../../../functions/contract/notices.ts'
import { listSentNotices } from '../../../functions/database/notices.ts'
import { messageOf } from '../../../functions/domain/notices/send-notices.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import type { GatewayRoute } from './api-gateway.ts'

const limit = 200
const query = z.object({ after: z.coerce.number().int().min(0).default(0) })

/** The route of `localNoticesPath`: the notices after a sequence, or the last ones. */
export const noticeRoute: GatewayRoute = {
  ...{ name: 'list-notices', path: localNoticesPath, method: 'GET', timeoutSeconds: 15, authorization: 'iam' },
  handler: async ({ queryStringParameters }) => {
    const { after } = query.parse(queryStringParameters ?? {})
    const { sql } = await openClients(['sql'])
    const notices = (await listSentNotices(sql, { after, limit })).map(messageOf)
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    return { statusCode: 200, headers, body: JSON.stringify({ success: true, data: { notices } }) }
  },
}
