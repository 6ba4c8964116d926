import assert from 'node:assert/strict'
import { test } from 'node:test'
import { workers } from '../../functions/contract/functions.ts'
import { routeFunctions } from '../../functions/contract/route-functions.ts'
import { functions, otherRoles, rights } from '../fixtures/permissions.ts'
import { synthesize } from '../fixtures/synthesized.ts'

const { template, nameOf } = synthesize('production')

interface Statement {
  Effect: string
  Action: string | string[]
  Resource: unknown
  Condition?: { ArnLike?: Record<string, unknown>; StringLike?: Record<string, string> }
}

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value])

/** Writes a resource of a policy as a person would. */
function write(resource: unknown): string {
  if (typeof resource === 'string') return resource
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = resource as Record<string, [string, string & unknown[]]>
  if (Ref) return String(Ref).startsWith('AWS::') ? `<${Ref}>` : nameOf(String(Ref))
  if (attribute?.[1] === 'DbiResourceId') return `<${nameOf(attribute[0])}>`
  if (attribute) return attribute[1] === 'Arn' ? nameOf(attribute[0]) : `${nameOf(attribute[0])} ${attribute[1]}`
  if (!join) return JSON.stringify(resource)
  const whole = join[1].map(write).join('')
  return whole.replace(/^arn:<AWS::Partition>:[a-z-]+:<AWS::Region>:<AWS::AccountId>:/, '')
}

function describe(statement: Statement, role: string): string {
  const log = role.replace(/Role$/, 'Log')
  const on = list(statement.Resource)
    .map(write)
    .map((one) => (one === log ? 'its own log' : one))
  const { ArnLike: caller, StringLike: place } = statement.Condition ?? {}
  const condition = caller
    ? ` if called by ${write(caller['lambda:SourceFunctionArn'])}`
    : place
      ? ` below ${place['s3:prefix']}`
      : ''
  const denied = statement.Effect === 'Deny' ? 'DENY ' : ''
  return `${denied}${list(statement.Action).join(' ')} on ${on.join(' ')}${condition}`
}

const names = new Map(Object.entries(rights).map(([name, right]) => [right, name]))
const found: Record<string, string> = {}
const functionRoles = new Set<string>()
const roles = template.findResources('AWS::IAM::Role')
for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Function'))) {
  const roleId = Properties.Role['Fn::GetAtt'][0]
  const role = nameOf(roleId)
  if (!role.endsWith('/Role') || /^(AWSCDK|Custom::)/.test(role)) continue
  functionRoles.add(roleId)
  const { Policies, ManagedPolicyArns } = roles[roleId]?.Properties ?? {}
  const [policy, ...more] = Policies
  assert.deepEqual([...more, ...(ManagedPolicyArns ?? [])], [], `${role} has other policies besides its own`)
  const statements: Statement[] = policy.PolicyDocument.Statement
  const described = statements.map((statement) => describe(statement, role))
  const name = role.replace(/^Api\/|^[A-Za-z]+\//, '').replace(/(\/Worker)?\/Role$/, '')
  found[name] = described.map((right) => names.get(right) ?? `[${right}]`).join(' ')
}

test('each function has exactly the listed permissions', () => {
  assert.deepEqual(found, Object.fromEntries(Object.entries(functions).map(([name, { may }]) => [name, may])))
})

test('each function answers exactly the listed routes, and there are fewer than 30 functions', () => {
  const answers = [...routeFunctions].map(([name, served]) => [name, Object.keys(served).toSorted().join(' ')])
  const listed = Object.entries(functions).flatMap(([name, { answers }]) => (answers ? [[name, answers]] : []))
  assert.deepEqual(Object.fromEntries(answers), Object.fromEntries(listed))
  assert.ok(Object.keys(found).length < 30)
})

test('no role is there but those of the functions and a few that are explained', () => {
  const others = Object.keys(roles).filter((id) => !functionRoles.has(id))
  assert.deepEqual(others.map(nameOf).toSorted(), otherRoles)
})

test('no policy is added to a function from elsewhere', () => {
  const policies = Object.values(template.findResources('AWS::IAM::Policy'))
  const attached = policies.flatMap(({ Properties }) => Properties.Roles.map((one: { Ref: string }) => one.Ref))
  assert.deepEqual(
    attached.filter((id) => functionRoles.has(id)),
    [],
  )
})

test('only what Lambda needs to place a function in its network is allowed on everything', () => {
  const onEverything = Object.entries(rights).filter(([, right]) => / on \*/.test(right))
  assert.deepEqual(
    onEverything.map(([name]) => name),
    ['network', 'not-from-code'],
  )
})

test('the secret of the signing keys is read by the functions that sign or verify, and written by none', () => {
  const readers = Object.keys(functions).filter((name) => functions[name]?.may.includes('signing-keys'))
  const used = new Map<string, readonly string[]>(Object.entries(workers).map(([name, { uses }]) => [name, uses]))
  for (const [name, served] of routeFunctions)
    used.set(
      name,
      Object.values(served).flatMap(({ uses }) => uses),
    )
  const declared = [...used].flatMap(([name, uses]) =>
    uses.some((client) => ['signer', 'links', 'doors'].includes(client)) ? [name] : [],
  )
  assert.deepEqual(readers.toSorted(), declared.toSorted())
  assert.ok(!JSON.stringify(template.toJSON()).includes('secretsmanager:Put'))
})
