import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import * as z from 'zod'

const bytes = z.object({ $base64: z.string() }).transform(({ $base64 }) => Buffer.from($base64, 'base64').toString())

const interaction = z.object({
  request: z.object({ method: z.string(), uri: z.string(), body: bytes.nullish() }),
  response: z.object({ status_code: z.int(), content: bytes.nullish() }).nullish(),
})

const check = z.object({
  name: z.string(),
  status: z.string(),
  failure_info: z.object({ failure: z.object({ title: z.string(), message: z.string() }) }).nullish(),
})

const scenarioFinished = z.object({
  ScenarioFinished: z.object({
    recorder: z.object({
      checks: z.record(z.string(), z.array(check)).default({}),
      interactions: z.record(z.string(), interaction).default({}),
    }),
  }),
})

type Interaction = z.output<typeof interaction>

/**
 * What a run came to: how many requests it sent, how many of its refusals follow a rule that is told in
 * words, and what it found.
 */
export interface FuzzResult {
  requestCount: number
  wordsCount: number
  statusCounts: Record<string, number>
  findings: string[]
}

// Rules of a request as a whole, which JSON Schema cannot express and the document tells in words.
const rulesInWords = [
  /^must lie in the future$/,
  /^must be before expiresAt$/,
  /^must not be before (startsAt|entryStartsAt)$/,
  /^must not be empty$/,
  /^must have a visible character$/,
  /^must have no invisible characters$/,
  /^must not embed or override the direction of text/,
  /^is not allowed as a name$/,
  /^must be \d+, as in the path, or absent$/,
  /^repeats (guests|assets)\[\d+\]\.(guestId|name)$/,
  /^must name each scanId once$/,
  /^dark must be clearly darker than light/,
  /^matches no stored asset; send its content instead$/,
  /^must be a PNG, JPEG or SVG picture$/,
  /^must be a PNG, JPEG, WebP, GIF or SVG picture, or a WOFF2/,
  /^must be at most 16384 characters of JSON$/,
  /^must be at most \d+: the preview has no more pages$/,
]

const failure = z.object({
  error: z.object({ code: z.string(), details: z.array(z.object({ path: z.string(), problem: z.string() })) }),
})

/** Reads the report of a run. */
export async function readFindings(reportFile: string): Promise<FuzzResult> {
  const result: FuzzResult = { requestCount: 0, wordsCount: 0, statusCounts: {}, findings: [] }
  for await (const line of createInterface(createReadStream(reportFile))) {
    if (line.startsWith('{"NonFatalError"') || line.startsWith('{"FatalError"'))
      console.warn(`The fuzzer stumbled: ${line.slice(0, 600)}`)
    if (!line.startsWith('{"ScenarioFinished"')) continue
    const { checks, interactions } = scenarioFinished.parse(JSON.parse(line)).ScenarioFinished.recorder
    for (const { response } of Object.values(interactions)) count(result, response?.status_code)
    for (const [id, results] of Object.entries(checks))
      for (const one of results) if (one.status === 'failure') judge(result, one, interactions[id])
  }
  return result
}

function count(result: FuzzResult, status: number | undefined): void {
  const key = String(status ?? 'no answer')
  result.requestCount += 1
  result.statusCounts[key] = (result.statusCounts[key] ?? 0) + 1
}

function judge(result: FuzzResult, { name, failure_info }: z.output<typeof check>, about: Interaction | undefined): void {
  if (about?.response && (isAsTold(name, about.response) || leavesOutInvalid(name, about))) {
    result.wordsCount += 1
    return
  }
  const { title, message } = failure_info?.failure ?? { title: name, message: '' }
  const { method, uri, body } = about?.request ?? { method: '', uri: '' }
  const sent = `${method} ${uri}${body ? `\n  ${body.slice(0, 1500)}` : ''}`
  const got = `${about?.response?.status_code ?? 'no answer'} ${about?.response?.content?.slice(0, 1000) ?? ''}`
  result.findings.push(`${title}: ${message}\n  ${sent}\n  ${got}`)
}

/** Returns whether an answer is the contract's although the fuzzer wants another. */
function isAsTold(name: string, { status_code: status, content }: NonNullable<Interaction['response']>): boolean {
  // Whoever has no door pass is refused with the code for all who may not: 403, where the fuzzer wants 401.
  if (name === 'missing_required_header') return status === 403
  if (name !== 'positive_data_acceptance') return false
  const { success, data } = failure.safeParse(parse(content ?? ''))
  if (!success) return false
  const { code, details } = data.error
  // A template that fits the schema may still be none, and data that fit may still lack what a template
  // needs.
  if (status === 422) return code === 'TEMPLATE_INVALID' || code === 'MISSING_DATA'
  return status === 400 && details.length > 0 && details.every(({ problem }) => rulesInWords.some((rule) => rule.test(problem)))
}

/** Returns whether a caller asked to have what is invalid in a list left out, and got it listed instead of refused. */
function leavesOutInvalid(name: string, { request, response }: Interaction): boolean {
  const isAsked = new URL(request.uri).searchParams.get('onInvalid') === 'skip'
  return name === 'negative_data_rejection' && isAsked && skipping.safeParse(parse(response?.content ?? '')).success
}

const skipping = z.object({ data: z.object({ skippedCount: z.int().min(1) }) })

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
