import * as z from 'zod'
import * as answers from '../schemas/answers.ts'
import * as branding from '../schemas/branding.ts'
import * as download from '../schemas/download.ts'
import * as erasures from '../schemas/erasures.ts'
import * as guestExport from '../schemas/guest-export.ts'
import * as guests from '../schemas/guests.ts'
import * as listAnswers from '../schemas/list-answers.ts'
import * as lists from '../schemas/lists.ts'
import * as requests from '../schemas/requests.ts'
import * as templateAnswers from '../schemas/template-answers.ts'
import * as templates from '../schemas/templates.ts'
import * as times from '../schemas/times.ts'
import * as trust from '../schemas/trust.ts'
import * as trustAnswers from '../schemas/trust-answers.ts'
import * as values from '../schemas/values.ts'
import * as wallet from '../schemas/wallet.ts'
import * as templateCheck from '../template-check.ts'

const modules = [
  ...[answers, branding, download, guests, requests, templateAnswers, templates, trust, trustAnswers, values, wallet],
  ...[templateCheck, times, listAnswers, lists, erasures, guestExport],
]

// The document holds a schema once, under the name by which the contract exports it.
for (const [name, schema] of modules.flatMap((module) => Object.entries<unknown>(module)))
  if (schema instanceof z.ZodType && !schema.meta()?.id)
    z.globalRegistry.add(schema, { ...schema.meta(), id: name.charAt(0).toUpperCase() + name.slice(1) })

/** The side of a call: `input` is what a caller sends, `output` what the service answers. */
export type Side = 'input' | 'output'

type Definitions = Record<string, Record<string, unknown>>

/** The named schemas of a document, collected while it is written. */
export interface Components {
  /** Describes a schema: one that the contract exports by a reference to its component. */
  describe(schema: z.ZodType, side: Side): Record<string, unknown>
  /** Adds the collected schemas to a document, and resolves its references to them. */
  resolve<Document>(write: (schemas: Definitions) => Document): Document
}

/** Starts to collect the schemas of a document. */
export function collectComponents(): Components {
  const defined: Record<Side, Definitions> = { input: {}, output: {} }
  return {
    describe(schema, side) {
      const { properties, $defs = {} } = z.toJSONSchema(z.object({ schema }), { io: side, unrepresentable: 'any' })
      const text = JSON.stringify({ schema: properties?.schema, $defs }).replaceAll('"#/$defs/', `"${side}:`)
      // Once for the copies within copies.
      const written = withoutCopies(withoutCopies(JSON.parse(text)))
      Object.assign(defined[side], written.$defs)
      return { ...written.schema }
    },
    resolve(write) {
      const differing = findDiffering(defined)
      const nameOf = (side: string, name: string) => (side === 'output' && differing.has(name) ? `${name}Answer` : name)
      const schemas = Object.entries(defined).flatMap(([side, definitions]) =>
        Object.entries(definitions).map(([name, definition]) => [nameOf(side, name), definition]),
      )
      const text = JSON.stringify(write(Object.fromEntries(schemas.toSorted())))
      return JSON.parse(
        text.replace(/"\$ref":"(input|output):(\w+)"/g, (_, side, name) => `"$ref":"#/components/schemas/${nameOf(side, name)}"`),
      )
    },
  }
}

const referring = z.looseObject({ $ref: z.string() })

interface Written {
  schema: object
  $defs: Definitions
}

/** Drops what Zod copies out of a schema beside a reference to it, where rules in code were added to the schema. */
function withoutCopies(written: Written): Written {
  return JSON.parse(JSON.stringify(written), (_, value) => {
    const { data } = referring.safeParse(value)
    if (!data) return value
    const copied = new Map(Object.entries<unknown>(written.$defs[data.$ref.replace(/^\w+:/, '')] ?? {}))
    const isOwn = ([key, part]: [string, unknown]) => JSON.stringify(part) !== JSON.stringify(copied.get(key))
    return Object.fromEntries(Object.entries(data).filter(isOwn))
  })
}

/** Names the schemas that are not the same on both sides, such as those with defaults, and what refers to them. */
function findDiffering({ input, output }: Record<Side, Definitions>): Set<string> {
  const plain = (definition: object | undefined) => JSON.stringify(definition).replaceAll('"output:', '"input:')
  const shared = Object.keys(output).filter((name) => name in input)
  const differing = new Set(shared.filter((name) => plain(input[name]) !== plain(output[name])))
  for (let known = -1; known !== differing.size; ) {
    known = differing.size
    for (const name of shared)
      if ([...differing].some((one) => plain(output[name]).includes(`"input:${one}"`))) differing.add(name)
  }
  return differing
}
