import type * as z from 'zod'
import type * as branding from '../../../functions/contract/schemas/branding.ts'
import type * as answers from '../../../functions/contract/schemas/template-answers.ts'
import type * as requests from '../../../functions/contract/schemas/templates.ts'
import type { TemplateProblem } from '../../../functions/contract/template-check.ts'
import type { StudioSettings } from '../gateway/studio-routes.ts'

/** A template in the list. */
export type Summary = z.output<typeof answers.templateSummary>
/** One version of a template. */
export type Template = z.output<typeof answers.templateAnswer>
/** The result of checking a draft, with that of its trial print if there was one. */
export type Check = z.output<typeof answers.checkAnswer>
/** A problem of a template. */
export type Problem = TemplateProblem
/** The content of a template, as the service takes it. */
export type Content = z.input<typeof requests.templateRequest>
/** The part of a draft to preview, and its format. */
export type Look = Pick<z.input<typeof requests.draftPreviewRequest>, 'data' | 'format' | 'page' | 'width' | 'dpi'>

/** Every form of an event's ticket. */
export type EventPreview = z.output<typeof branding.eventPreviewAnswer>
/** An event's branding, pictures in base64. */
export type Branding = z.input<typeof branding.brandingRequest>

interface Failure {
  code: string
  message: string
  details: { path: string; problem: string }[]
}

/** The service refused the request, with its error code and details, or did not respond (`NO_RESPONSE`). */
export class CallError extends Error {
  readonly code: string
  readonly details: Failure['details']

  constructor({ code, message, details }: Failure, options?: ErrorOptions) {
    super([message, ...details.map(({ path, problem }) => `${path} ${problem}`)].join('\n'), options)
    this.code = code
    this.details = details
  }
}

/** Reads the server's settings for the page. */
export async function readSettings(): Promise<StudioSettings> {
  return await (await send('studio/settings.json')).json()
}

/** Reads the source that a new template starts with. */
export async function readStarter(): Promise<string> {
  return await (await send('studio/starter.hbs')).text()
}

/** Lists all templates, archived ones too. */
export async function listTemplates(): Promise<Summary[]> {
  const templates: Summary[] = []
  let after: string | null = ''
  while (after !== null) {
    const page: z.output<typeof answers.templatesAnswer> = await call(`api/templates?status=all&limit=100${after}`)
    templates.push(...page.templates)
    after = page.nextCursor && `&cursor=${page.nextCursor}`
  }
  return templates
}

/** Reads a version of a template, by default the newest. */
export async function readTemplate(templateId: number, version?: number): Promise<Template> {
  return await call(`api/templates/${templateId}${version === undefined ? '' : `?version=${version}`}`)
}

/** Creates a template (`templateId` is null), or adds a version to one. */
export async function saveTemplate(templateId: number | null, content: Content): Promise<Template> {
  if (templateId === null) return await call('api/templates', { method: 'POST', body: content })
  return await call(`api/templates/${templateId}`, { method: 'PUT', body: content })
}

/** Archives a template, or restores it with `undo`. */
export async function archiveTemplate(templateId: number, undo: boolean): Promise<void> {
  await call(`api/templates/${templateId}/archive`, { method: 'POST', body: { undo } })
}

/** Checks a draft, optionally with a trial print. */
export async function checkDraft(content: Content, { trial, signal }: { trial: boolean; signal?: AbortSignal }): Promise<Check> {
  return await call('api/templates/check', { method: 'POST', body: { ...withoutName(content), trial }, signal })
}

/** Renders a draft: one page as PNG, or all pages as PDF. */
export async function previewDraft(
  content: Content,
  look: Look,
  signal?: AbortSignal,
): Promise<{ file: Blob; pageCount: number }> {
  const response = await send('api/templates/preview', { method: 'POST', body: { ...withoutName(content), ...look }, signal })
  return { file: await response.blob(), pageCount: Number(response.headers.get('x-page-count') ?? 1) }
}

/** Shows every form of an event's ticket. */
export async function previewEvent(eventId: number, body: z.input<typeof branding.eventPreviewRequest>): Promise<EventPreview> {
  return await call(`api/events/${eventId}/preview`, { method: 'POST', body })
}

/** Replaces an event's branding. */
export async function saveBranding(eventId: number, body: Branding): Promise<z.output<typeof branding.brandingAnswer>> {
  return await call(`api/events/${eventId}/branding`, { method: 'PUT', body })
}

/** Omits the name, which a draft may lack. */
function withoutName({ name: _, ...rest }: Content): Omit<Content, 'name'> {
  return rest
}

interface Call {
  method?: 'POST' | 'PUT'
  body?: unknown
  signal?: AbortSignal | undefined
}

async function call(path: string, how?: Call) {
  const { data } = await (await send(path, how)).json()
  return data
}

/** The path of the server: that of the page without its last part, `studio` or `studio/event.html`. */
const root = location.pathname.replace(/studio(?:\/[\w.]*)?$/, '')

async function send(path: string, { method, body, signal }: Call = {}): Promise<Response> {
  const content = method ? { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}
  const response = await fetch(root + path, { ...content, signal: signal ?? null, cache: 'no-store' }).catch((error: unknown) => {
    if (signal?.aborted) throw error
    const message = 'The studio’s server does not respond. Is it still running?'
    throw new CallError({ code: 'NO_RESPONSE', message, details: [] }, { cause: error })
  })
  if (response.ok) return response
  const { error } = await response.json()
  throw new CallError(error)
}
