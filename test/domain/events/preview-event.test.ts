import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventPreviewAnswer } from '../../../functions/contract/schemas/branding.ts'
import { brandedWith, logo } from '../../fixtures/branding.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { registerEvent, service } from '../../fixtures/service.ts'

const { call } = service
const preview = (eventId: number, body?: object) => call('POST', `/api/events/${eventId}/preview`, body)

test('one call shows every built-in design and the page for phones, in the stored branding or in one to try', async () => {
  const eventId = await registerEvent({ title: 'Aurora Nights' })
  const plain = eventPreviewAnswer.strict().parse((await preview(eventId)).json.data)
  assert.deepEqual(
    plain.forms.map(({ form }) => form),
    ['classic', 'mobile', 'badge', 'stub', 'festival', 'mobile page', 'Apple Wallet', 'Google Wallet', 'failed link'],
  )
  for (const { type, content } of plain.forms)
    if (type === 'image/png') assert.equal(Buffer.from(content, 'base64').toString('latin1', 1, 4), 'PNG')
  for (const { type, content, form } of plain.forms)
    if (type === 'text/html' && form !== 'failed link') assert.ok(content.includes('Aurora Nights'), form)
  const branding = { ...brandedWith, logo, ink: '#ffcc00' }
  const { forms, mended } = eventPreviewAnswer.parse((await preview(eventId, { branding, locale: 'fr' })).json.data)
  for (const [index, { content }] of forms.entries()) assert.notEqual(content, plain.forms[index]?.content)
  assert.deepEqual(
    mended.map(({ field }) => field),
    ['ink'],
  )
  assert.deepEqual((await preview(eventId)).json.data, plain, 'what was tried is not stored')
  const unknown = await preview(nextEventId())
  assert.deepEqual([unknown.status, unknown.json.error.code], [404, 'EVENT_NOT_FOUND'])
})
