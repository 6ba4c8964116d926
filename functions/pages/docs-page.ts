import { readFile } from 'node:fs/promises'
import path from 'node:path'
import Handlebars from 'handlebars'
import { marked } from 'marked'
import * as z from 'zod'
import type { Content } from '../contract/openapi/responses.ts'
import type { openApiDocument } from '../contract/openapi.ts'
import type { PageFile } from './page-modules.ts'

type Document = ReturnType<typeof openApiDocument>
type Operation = Document['paths'][string][string]

const reference = z.looseObject({ $ref: z.string().optional() })
const envelope = z.looseObject({ properties: z.object({ data: reference }) })

/** What the page says of a parameter's schema. */
const parameterSchema = z.object({
  type: z.string().default('string'),
  description: z.string().default(''),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
})

/** Writes the page that shows the service's OpenAPI document, without scripts or other files. */
export async function writeDocsPage(document: Document): Promise<PageFile> {
  const { info, tags, paths, webhooks, components } = document
  const [template, css] = await Promise.all([read('page.hbs'), read('page.css')])
  const calls = [...describeAll(paths), ...describeAll(webhooks)]
  const page = Handlebars.compile(template, { knownHelpersOnly: true })({
    ...info,
    css: new Handlebars.SafeString(css),
    introduction: toHtml(info.description),
    security: Object.entries(components.securitySchemes).map(([name, { description }]) => ({ name, text: toHtml(description) })),
    chapters: tags.map(({ name, description }) => ({
      ...{ name, text: toHtml(description) },
      operations: calls.filter(({ chapter }) => chapter === name),
    })),
    schemas: Object.entries(components.schemas).map(([name, schema]) => ({ name, json: toJson(schema) })),
  })
  return {
    media: 'text/html; charset=utf-8',
    content: Buffer.from(page),
    headers: { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:" },
  }
}

function describeAll(paths: Record<string, Record<string, Operation>>) {
  return Object.entries(paths).flatMap(([place, methods]) =>
    Object.entries(methods).map(([method, described]) => ({ method: method.toUpperCase(), path: place, ...describe(described) })),
  )
}

function describe({
  operationId,
  tags,
  summary,
  description,
  security,
  parameters = [],
  requestBody,
  responses,
  ...facts
}: Operation) {
  const body = requestBody && contentOf(requestBody.content)
  return {
    ...facts,
    id: operationId,
    chapter: tags[0],
    summary: new Handlebars.SafeString(marked.parseInline(summary, { async: false })),
    text: toHtml(description),
    callers: security.flatMap((one) => Object.keys(one)),
    parameters: parameters.map(({ schema, example, ...parameter }) => ({
      ...{ ...parameter, example, link: nameIn(schema), ...describeSchema(schema) },
    })),
    body,
    answers: Object.entries(responses).map(([status, answer]) => ({
      ...{ status, text: toHtml(answer.description), ...contentOf(answer.content) },
      media: Object.keys(answer.content ?? {})
        .filter((type) => type !== 'application/json')
        .join(', '),
    })),
  }
}

/** Describes JSON content: the name of its schema, or of the schema of `data` in the envelope, and its example. */
function contentOf({ 'application/json': json }: Content = {}) {
  const { data } = envelope.safeParse(json?.schema)
  return {
    link: nameIn(data?.properties.data ?? json?.schema),
    example: json?.example === undefined ? undefined : toJson(json.example),
  }
}

/** Says what a parameter takes, such as one of some words or a number within bounds, and its default. */
function describeSchema(schema: unknown) {
  const { type, description, enum: words, minimum, maximum, default: usual } = parameterSchema.parse(schema)
  const text = toHtml(description)
  if (words) return { type: new Intl.ListFormat('en', { type: 'disjunction' }).format(words), text, usual }
  return { type: maximum === undefined ? type : `${type} from ${minimum} to ${maximum}`, text, usual }
}

function nameIn(schema: object | undefined): string | undefined {
  return reference.safeParse(schema).data?.$ref?.split('/').at(-1)
}

function toHtml(markdown: string) {
  return new Handlebars.SafeString(marked.parse(markdown, { async: false }).replaceAll('<pre>', '<pre tabindex="0">'))
}

function toJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2)
}

function read(file: string): Promise<string> {
  return readFile(path.join(import.meta.dirname, 'docs', file), 'utf8')
}
