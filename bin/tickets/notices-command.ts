import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import { localNoticesPath } from '../../functions/contract/notices.ts'
import { defineCommand, type Session } from './command.ts'
import { ForeignAnswer } from './failures.ts'
import { flag } from './options.ts'
import { done } from './report.ts'
import { writeJson, writeLines } from './terminal.ts'

const notice = z.looseObject({
  sequence: z.string(),
  time: z.string(),
  type: z.string(),
  subject: z.string(),
  data: z.record(z.string(), z.unknown()),
})
const answer = z.object({ data: z.object({ notices: z.array(notice) }) })

const pollMs = 1000
const shownAtFirst = 20

/** Lists the last notices that the local server has sent. With --follow, prints each as it is sent, until Ctrl-C. */
export const showNotices = defineCommand({
  usage: 'notices',
  description: 'List the last notices of changes that the local service has sent to its subscribers.',
  examples: ['notices', 'notices --follow', 'notices --follow --json'],
  fields: { follow: flag('print each notice as it is sent, until Ctrl-C'), json: z.boolean().default(false) },
  run: async (session, { follow, json }) => {
    const last = (await readAfter(session, '0')).slice(-shownAtFirst)
    if (!follow) return done(last.map(describe), last)
    for (let notices = last, latest = '0'; ; ) {
      if (json) for (const one of notices) writeJson(process.stdout, one)
      else if (notices.length > 0) writeLines(process.stdout, notices.map(describe))
      latest = notices.at(-1)?.sequence ?? latest
      await delay(pollMs, undefined, { signal: session.signal })
      notices = await readAfter(session, latest)
    }
  },
})

async function readAfter({ core, url }: Session, sequence: string) {
  const response = await core.send(`${localNoticesPath}?after=${sequence}`)
  const { data } = answer.safeParse(await response.json().catch(() => undefined))
  if (!data) throw new ForeignAnswer(`${url} is not a local ticket service: it did not answer with notices.`)
  return data.data.notices
}

function describe({ time, type, subject, data }: z.output<typeof notice>): string {
  return `${time}  ${type.padEnd(18)}  ${subject.padEnd(16)}  ${JSON.stringify(data)}`
}
