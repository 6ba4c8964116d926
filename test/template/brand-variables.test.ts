import assert from 'node:assert/strict'
import { test } from 'node:test'
import { standardVariables } from '../../functions/contract/template-language.ts'
import { brandVariables, exampleBranding } from '../../functions/template/brand-variables.ts'
import { compileTemplate } from '../../functions/template/compile.ts'
import { templateVariables } from '../../functions/template/variables.ts'
import { fullBranding } from '../fixtures/branding.ts'

const shown = '<b style="color: {{brandOnAccent}}; background: {{brandAccent}} url({{brandBackground}})">{{brandOrganiser}}</b>'
const source = `${shown}{{#each brandSponsors}}<img src="{{this}}" alt="">{{/each}}<i>{{brandWebsiteText}}</i>{{qrCode}}`

test('branding fills style attributes, pictures and texts, and nothing where there is none', () => {
  const template = compileTemplate(source)
  assert.deepEqual(template.required, [])
  const html = template.fill(brandVariables(fullBranding))
  assert.ok(html.includes(`color: #ffffff; background: #8a1c4a url(${fullBranding.background})`))
  assert.equal(html.match(/<img /g)?.length, 3)
  assert.ok(html.includes('<i>aurora.example.com</i>'))
  assert.equal(template.fill({}), '<b style="color: ; background:  url()"></b><i></i>')
})

test('neither a guest nor the details of an event can pose as branding', () => {
  const subject = { first_name: 'Ann', last_name: 'Guest', email: null, ticket_type: null, locale: 'en', event_title: 'Gala' }
  const schedule = { starts_at: null, ends_at: null, timezone: 'UTC', location: null }
  const forged = { brandLogo: 'data:image/png;base64,AAAA', brandTerms: 'None' }
  const variables = templateVariables({ ...subject, ...schedule, data: forged, event_details: forged })
  assert.deepEqual([variables.brandLogo, variables.brandTerms], [undefined, undefined])
})

test('the example has a value for every variable of branding', () => {
  const names = Object.entries(standardVariables).flatMap(([name, { given }]) => (given === 'branding' ? [name] : []))
  assert.deepEqual(Object.keys(exampleBranding).sort(), names.sort())
})
