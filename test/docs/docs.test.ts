import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import * as z from 'zod'
import { variables } from '../../functions/contract/environment.ts'
import { errorCodes, mostListedProblems } from '../../functions/contract/errors.ts'
import { notices } from '../../functions/contract/notices.ts'
import { ticketsPerChunk } from '../../functions/contract/queues.ts'
import { templateLimits, templateProblemCodes } from '../../functions/contract/template-check.ts'
import { ticketWarningCodes } from '../../functions/contract/ticket-warnings.ts'
import { optionHelp } from '../../lib/deploy-options.ts'

const root = path.join(import.meta.dirname, '../..')
const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/*.md', { cwd: root })].map((name) => ({
  name,
  text: readFileSync(path.join(root, name), 'utf8'),
}))
const files = globSync('{bin,lib,functions,test,migrations,templates,docs}/**/*.*', {
  cwd: root,
  exclude: (name) => name === 'node_modules',
})
const textOf = (name: string) => documents.find((document) => document.name === name)?.text ?? ''
const madeByACommand = new Set(['wallet.json', 'sbom.cdx.json'])
/** What stands in backticks in a document. */
const codeIn = (text: string) => Array.from(text.matchAll(/`([^`\n]+)`/g), ([, code = '']) => code)

for (const { name, text } of documents) {
  test(`every file and folder that ${name} names exists`, () => {
    const named = codeIn(text).filter((code) =>
      /^\w[\w./-]*\.(ts|hbs|sql|md|json|yml)$|^(bin|lib|functions|test|docs)\/[\w/-]*$/.test(code),
    )
    const missing = named.filter(
      (code) =>
        !madeByACommand.has(code) && !existsSync(path.join(root, code)) && !files.some((file) => file.endsWith(`/${code}`)),
    )
    assert.deepEqual(missing, [])
  })

  test(`every link of ${name} leads somewhere`, () => {
    const links = Array.from(text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g), ([, link = '']) => link)
    const dead = links.filter((link) => {
      const [target = '', anchor] = link.split('#')
      const file = target ? path.join(path.dirname(name), target) : name
      if (!existsSync(path.join(root, file))) return true
      return anchor !== undefined && !anchorsOf(readFileSync(path.join(root, file), 'utf8')).includes(anchor)
    })
    assert.deepEqual(dead, [])
  })

  test(`every script that ${name} names is one of package.json`, () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')))
    const named = Array.from(text.matchAll(/npm run ([\w:-]+)/g), ([, script = '']) => script)
    assert.deepEqual(
      named.filter((script) => !(script in scripts)),
      [],
    )
  })

  test(`every code in capitals that ${name} names is known to the contract`, () => {
    const known = new Set(Object.keys({ ...errorCodes, ...templateProblemCodes, ...ticketWarningCodes, ...variables }))
    const ofOthers = /^AWS_|^OTEL_|^NODE_|^CDK_|^DB_\*$/
    const named = codeIn(text).filter((code) => /^[A-Z]+(_[A-Z0-9]+)+$/.test(code) && !ofOthers.test(code))
    assert.deepEqual(
      named.filter((code) => !known.has(code)),
      [],
    )
  })
}

test('the README is short, and in the order in which a newcomer asks', () => {
  const text = textOf('README.md')
  assert(Buffer.byteLength(text) <= 8 * 1024)
  const headings = Array.from(text.matchAll(/^## (.*)$/gm), ([, heading]) => heading)
  assert.deepEqual(headings, ['Try it', 'How it works', 'Use it', 'Deploy it', 'Where to read on'])
})

test('the configuration lists every variable with its default and meaning', () => {
  const rows = Object.entries(variables).map(([name, { schema, meaning }]) => {
    const parsed = schema.safeParse(undefined)
    const usual = parsed.success && parsed.data !== undefined && String(parsed.data) ? `\`${parsed.data}\`` : ''
    return `| \`${name}\` | ${usual} | ${meaning} |`
  })
  assert(
    textOf('docs/configuration.md').includes(rows.join('\n')),
    `docs/configuration.md should have these rows:\n${rows.join('\n')}`,
  )
})

test('the options of a deployment are listed with their meaning', () => {
  const rows = optionHelp.map(({ flag, value, meaning }) => `| \`${[flag, value].filter(Boolean).join(' ')}\` | ${meaning} |`)
  assert(textOf('docs/deploying.md').includes(rows.join('\n')), `docs/deploying.md should have these rows:\n${rows.join('\n')}`)
})

test('the limits in the documents are those of the contract', () => {
  const number = new Intl.NumberFormat('en').format
  const templates = textOf('docs/templates.md')
  assert.match(templates, new RegExp(`${templateLimits.sourceBytes / 1024} KB, ${number(templateLimits.mustaches)} mustaches`))
  assert.match(templates, new RegExp(`${number(templateLimits.words)} words`))
  assert.match(textOf('README.md'), new RegExp(`up to ${ticketsPerChunk} tickets`))
  assert.match(textOf('docs/using.md'), new RegExp(`the first ${mostListedProblems}, `))
})

/** The anchors that GitHub gives the headings of a document. */
function anchorsOf(text: string): string[] {
  return Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

test('docs/notices.md lists every type of notice, and all that its data holds', () => {
  const rows = [...textOf('docs/notices.md').matchAll(/^\| `([a-z_.]+)` \| .* \| `([\w ]+)` \|$/gm)]
  const listed = rows.map(([, type, data = '']) => [type, ['eventId', ...data.split(' ')].toSorted()])
  assert.deepEqual(
    listed,
    Object.entries(notices).map(([type, { data }]) => [type, Object.keys(data.shape).toSorted()]),
  )
})
