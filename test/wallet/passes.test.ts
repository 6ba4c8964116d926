import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { jwtVerify } from 'jose'
import { makeWallets, openWalletSettings } from '../../functions/runtime/wallet-source.ts'
import { ensureWalletFile } from '../../functions/wallet/local-wallet-file.ts'
import type { PassFact, PassTicket } from '../../functions/wallet/pass-ticket.ts'
import { secretArn, startSecretsManager } from '../fixtures/secrets-manager.ts'

const folder = await mkdtemp(path.join(os.tmpdir(), 'passes-'))
const file = path.join(folder, 'wallet.json')
await ensureWalletFile(file)
const local = JSON.parse(await readFile(file, 'utf8'))
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const google = {
  issuerId: '3388000000012345678',
  issuerName: 'Les Concerts',
  serviceAccount: {
    type: 'service_account',
    client_email: 'tickets@project.iam.gserviceaccount.com',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  },
}
const manager = await startSecretsManager(JSON.stringify({ google }))
Object.assign(process.env, {
  AWS_ENDPOINT_URL: manager.endpoint,
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 's',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
})
after(async () => {
  manager.stop()
  await rm(folder, { recursive: true })
})

const ticket: PassTicket = {
  eventId: 456,
  title: 'Gala',
  ticketCode: 'TC-2024-7ZK3M9QX4T2B',
  payload: 'TK1:AEAX',
  startsAt: new Date('2026-06-12T18:30:00Z'),
  endsAt: undefined,
  expiresAt: undefined,
  isRevoked: false,
  locale: 'fr',
  facts: [
    { name: 'place', label: 'Lieu', value: 'Zénith' },
    { name: 'holder', label: 'Titulaire', value: 'Zoé Lefèvre' },
    { name: 'row', label: 'Rang', value: 'C' },
  ],
}
const readFrom = async (content: unknown) => {
  const other = path.join(folder, 'other.json')
  await writeFile(other, typeof content === 'string' ? content : JSON.stringify(content))
  return await makeWallets(await openWalletSettings({ WALLET_FILE: other, WALLET_SECRET_ARN: undefined })())
}

test('the link for Google Wallet carries the ticket in a token that the account signed; the account comes from Secrets Manager', async () => {
  const settings = openWalletSettings({ WALLET_FILE: undefined, WALLET_SECRET_ARN: secretArn })
  const wallets = await makeWallets(await settings())
  assert.equal(await settings(), await settings(), 'the secret is not read each time')
  assert.deepEqual([wallets.apple, manager.state.reads], [null, 1])
  const link = new URL((await wallets.google?.link(ticket)) ?? '')
  assert.equal(`${link.origin}${path.dirname(link.pathname)}`, 'https://pay.google.com/gp/v/save')
  const token = path.basename(link.pathname)
  const { payload, protectedHeader } = await jwtVerify(token, publicKey, { audience: 'google' })
  assert.equal(protectedHeader.alg, 'RS256')
  assert.deepEqual([payload.iss, payload.typ], [google.serviceAccount.client_email, 'savetowallet'])
  const { eventTicketClasses, eventTicketObjects } = payload.payload as Record<string, Record<string, never>[]>
  assert.equal(eventTicketClasses?.[0]?.id, eventTicketObjects?.[0]?.classId)
  assert.deepEqual(eventTicketObjects?.[0]?.barcode, { type: 'QR_CODE', value: 'TK1:AEAX', alternateText: ticket.ticketCode })
  assert.deepEqual(eventTicketObjects?.[0]?.seatInfo, { row: { defaultValue: { language: 'fr', value: 'C' } } })
  assert.deepEqual(eventTicketObjects?.[0]?.textModulesData, [{ body: 'Lieu: Zénith' }])
})

test('the pass for Google Wallet has the colour and the organiser of the event', async () => {
  const { google: passes } = await readFrom({ google })
  const branding = { accent: '#8a1c4a', organiser: 'Aurora' }
  const { payload } = await jwtVerify(path.basename((await passes?.link({ ...ticket, branding })) ?? ''), publicKey)
  const { eventTicketClasses } = payload.payload as Record<string, Record<string, never>[]>
  assert.deepEqual([eventTicketClasses?.[0]?.hexBackgroundColor, eventTicketClasses?.[0]?.issuerName], ['#8a1c4a', 'Aurora'])
})

test('a long but ordinary ticket makes a token of the length that Google calls safe, in which every fact is told', async () => {
  const { google: passes } = await readFrom({ google })
  const guests: { title: string; locale: string; payload: string; values: Partial<Record<PassFact['name'], string>> }[] = [
    {
      title: 'International Tech Conference 2026',
      locale: 'fr-FR',
      payload: `TK1:${'AEAX'.repeat(37)}`,
      values: {
        place: 'Palais des Congrès, 2 place de la Porte Maillot, 75017 Paris',
        holder: 'Anne-Sophie Lefèvre-Duchâtelet',
        type: 'Pass deux jours',
        gate: 'Nord',
        section: 'Balcon 2',
        row: 'C',
        seat: '14',
      },
    },
    {
      title: '東京国際テクノロジー会議 2026',
      locale: 'ja-JP',
      payload: `TK1:${'AEAX'.repeat(37)}`,
      values: {
        place: '東京国際フォーラム、東京都千代田区丸の内三丁目5番1号',
        holder: '山田 太郎',
        type: '二日間入場券',
        gate: '北',
        section: '二階席',
        row: '三',
        seat: '14',
      },
    },
  ]
  for (const { values, ...guest } of guests) {
    const facts = Object.entries(values).map(([name, value]) => ({ name: name as PassFact['name'], label: name, value }))
    const ends = { endsAt: new Date('2026-06-13T18:30:00Z'), expiresAt: new Date('2026-06-13T18:30:00Z') }
    const token = path.basename((await passes?.link({ ...ticket, ...guest, ...ends, facts })) ?? '')
    assert.ok(token.length <= 1800, `${token.length} characters`)
    const { payload } = await jwtVerify(token, publicKey)
    const content = JSON.stringify(payload)
    for (const told of [guest.title, guest.payload, ticket.ticketCode, ...Object.values(values)])
      assert.ok(content.includes(told), told)
  }
})

test('the pass for Apple Wallet says when the event begins and ends, to phones of every age; without an end, when it begins', async () => {
  const { apple } = await readFrom(local)
  const read = (end: Date | undefined) => {
    const file = apple?.make({ ...ticket, endsAt: end }).find(({ name }) => name === 'pass.json')
    const { relevantDate, relevantDates, semantics } = JSON.parse(file?.content.toString() ?? '')
    return { relevantDate, relevantDates, semantics }
  }
  const [start, end] = ['2026-06-12T18:30:00Z', '2026-06-13T01:00:00Z']
  const facts = {
    ...{ eventType: 'PKEventTypeGeneric', eventName: 'Gala', venueName: 'Zénith', attendeeName: 'Zoé Lefèvre' },
    seats: [{ seatRow: 'C' }],
  }
  assert.deepEqual(read(new Date(end)), {
    relevantDate: start,
    relevantDates: [{ startDate: start, endDate: end }],
    semantics: { ...facts, eventStartDate: start, eventEndDate: end },
  })
  assert.deepEqual(read(undefined), {
    relevantDate: start,
    relevantDates: [{ date: start }],
    semantics: { ...facts, eventStartDate: start },
  })
  assert.deepEqual(read(new Date('2026-06-14T12:00:00Z')).relevantDates, [
    { startDate: start, endDate: '2026-06-13T18:30:00Z' },
    { startDate: '2026-06-13T18:30:00Z', endDate: '2026-06-14T12:00:00Z' },
  ])
})

test('the pass of a revoked ticket is voided; a pass that changes names its service and tells which facts have changed', async () => {
  const { apple } = await readFrom(local)
  const service = { webServiceURL: 'https://tickets.example.org/wallet/apple', authenticationToken: 'secret-of-the-pass' }
  const read = (isRevoked: boolean) => {
    const files = apple?.make({ ...ticket, isRevoked, expiresAt: new Date('2026-06-13T01:00:00Z') }, service)
    return JSON.parse(files?.find(({ name }) => name === 'pass.json')?.content.toString() ?? '')
  }
  const { voided, expirationDate, webServiceURL, authenticationToken, eventTicket } = read(false)
  assert.deepEqual([voided, expirationDate], [undefined, '2026-06-13T01:00:00Z'])
  assert.deepEqual({ webServiceURL, authenticationToken }, service)
  assert.equal(eventTicket.secondaryFields[0].changeMessage, 'Lieu: %@')
  assert.equal(read(true).voided, true)
})

test('without settings there are no wallets, and with two places for them the environment is refused', async () => {
  const none = openWalletSettings({ WALLET_FILE: undefined, WALLET_SECRET_ARN: undefined })
  assert.deepEqual(await makeWallets(await none()), { apple: null, google: null })
  assert.throws(() => openWalletSettings({ WALLET_FILE: file, WALLET_SECRET_ARN: secretArn }), /both are set/)
})

test('the file that is made at first is private, holds for Apple Wallet, and is not made again', async () => {
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  await ensureWalletFile(file)
  assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), local)
  const { apple } = await readFrom(local)
  assert.deepEqual(
    apple
      ?.make(ticket)
      .map(({ name }) => name)
      .toSorted()
      .slice(0, 2),
    ['icon.png', 'icon@2x.png'],
  )
})

test('settings that do not fit together are refused by name, and no secret is shown', async () => {
  const strange = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' })
  const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  const { apple } = local
  const broken = apple.certificate.replace(/\n[^-]+\n/, '\nAAAA\n')
  const bad: [unknown, RegExp][] = [
    [{ apple: { ...apple, privateKey: strange } }, /does not match the certificate/],
    [{ apple: { ...apple, privateKey: ed25519 } }, /must be an RSA key/],
    [{ apple: { ...apple, intermediate: apple.certificate } }, /apple\.intermediate: must be the certificate that issued/],
    [{ apple: { ...apple, certificate: broken } }, /other\.json are invalid\. apple\.certificate: must be a readable/],
    [{ apple: { ...apple, intermediate: broken } }, /other\.json are invalid\. apple\.intermediate: must be a readable/],
    [{ apple: { ...apple, teamIdentifier: 'me' } }, /apple\.teamIdentifier: must be 10 capital letters/],
    [{ google: { ...google, issuerId: 'x' } }, /google\.issuerId: must consist of digits/],
    [JSON.stringify(local).slice(1), /the whole file: must be JSON/],
  ]
  for (const [content, message] of bad) {
    const error = await readFrom(content).then(
      () => assert.fail(String(message)),
      (reason: Error) => reason,
    )
    assert.match(error.message, message)
    assert.ok(!error.message.includes('PRIVATE KEY') && !error.message.includes(apple.privateKey.slice(40, 60)), error.message)
  }
})
