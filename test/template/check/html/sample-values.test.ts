import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawing, found, template } from '../../../fixtures/checked-template.ts'

const sample = {
  photoUrl: 'https://example.com/a.png',
  inline: 'data:image/png;base64,AA==',
  qrCodeUrl: 'https://example.com/qr.png',
  badge: drawing('<image href="a.png"/>'),
  link: 'javascript:go()',
  guest: { photo: 'https://example.com/b.png' },
  sessions: [{ photo: 'data:image/png;base64,AA==' }, { photo: 'https://example.com/c.png' }],
}

const ofSample: [markup: string, ...problems: string[]][] = [
  ['<img src="{{photoUrl}}" alt="a">', 'EXTERNAL_RESOURCE 3:6'],
  ['<img src="{{guest.photo}}" alt="a">', 'EXTERNAL_RESOURCE 3:6'],
  ['{{#each sessions}}<img src="{{this.photo}}" alt="a">{{/each}}', 'EXTERNAL_RESOURCE 3:24'],
  ['{{#each sessions as |session|}}<img src="{{session.photo}}" alt="a">{{/each}}', 'EXTERNAL_RESOURCE 3:37'],
  ['{{#with guest}}<img src="{{photo}}" alt="a"><img src="{{../inline}}" alt="a">{{/with}}', 'EXTERNAL_RESOURCE 3:21'],
  ['{{#with guest}}<img src="{{@root.photoUrl}}" alt="a">{{/with}}', 'EXTERNAL_RESOURCE 3:21'],
  ['<img srcset="{{inline}} 1x, {{photoUrl}} 2x" alt="a">', 'EXTERNAL_RESOURCE 3:6'],
  ['<p style="background: url({{photoUrl}})">', 'EXTERNAL_RESOURCE 3:23'],
  ['<p style="background:{{photoUrl}}">', 'EXTERNAL_RESOURCE 3:22'],
  ['<p style="background: {{photoUrl}} no-repeat">', 'EXTERNAL_RESOURCE 3:23'],
  ['<img src="{{badge}}" alt="a">', 'EXTERNAL_RESOURCE 3:6'],
  ['<a href="{{link}}">x</a>', 'SCRIPT_LINK 3:4'],
  ['<a href="{{photoUrl}}">x</a> {{photoUrl}}'],
  ['<img src="{{inline}}" alt="a"><img src="{{unknown}}" alt="a"><img src="{{qrCodeUrl}}" alt="a">'],
]

for (const [markup, ...problems] of ofSample)
  test(`with its sample, ${markup} ${problems.length > 0 ? `has ${problems.join(', ')}` : 'has no problems'}`, () =>
    assert.deepEqual(found(template(markup), { sample }), problems))
