import type { Random } from '../faults/random.ts'

/** A random template, as Handlebars source, and the guests to fill it for. */
export interface RandomTemplate {
  source: string
  guests: Record<string, unknown>[]
}

/**
 * A construct that templates are composed of: markup and CSS with mustaches, and a guest's data for them.
 */
interface Construct {
  html?: string
  css?: string
  data?: (random: Random, guest: number) => Record<string, unknown>
}

/** Writes a template of some constructs, and guests whose data differ in everything that it uses. */
export function writeRandomTemplate(random: Random, guestCount: number): RandomTemplate {
  const page = random.one(pages)
  const chosen = [random.one(bodies), ...random.some(constructs, random.integer(1, 5))]
  const parts = chosen.map((construct) => construct(page))
  const css = parts.map((part) => part.css ?? '').join('\n')
  const [body = {}, ...others] = parts
  const content = others.map((part) => part.html ?? '')
  const ticket = `<h1>{{eventName}}</h1><p>{{firstName}} {{lastName}}</p><div class="qr">{{qrCode}}</div><p>{{ticketCode}}</p>`
  content.splice(random.integer(0, content.length), 0, ticket)
  const head = `<meta charset="utf-8"><title>{{eventName}}</title><style>${page.css}\n.qr svg { width: 25mm; height: 25mm; display: block }\n${css}</style>`
  const source = `<!doctype html><html lang="en"><head>${head}</head>${body.html ?? '<body>'}${content.join('\n')}</body></html>`
  const guests = Array.from({ length: guestCount }, (_, guest) => ({
    eventName: 'Night of Trials',
    firstName: random.one(firstNames),
    lastName: `${random.one(lastNames)} ${guest}`,
    locale: random.one(['en', 'fr', 'de', 'ar']),
    vip: random.chance(0.4),
    ...Object.assign({}, ...parts.map((part) => part.data?.(random, guest))),
  }))
  return { source, guests }
}

interface Page {
  css: string
  /** The size that a ticket may fill, in CSS pixels. */
  height: number
}

const pages: Page[] = [
  { css: '@page { size: A5; margin: 0 }', height: 794 },
  { css: '@page { size: A4; margin: 0 }', height: 1123 },
  { css: '@page { size: A5 landscape; margin: 10mm }', height: 484 },
  { css: '@page { size: letter; margin: 0.4in 8mm }', height: 979 },
  { css: '@page { size: 100mm 178mm; margin: 0 }', height: 673 },
  { css: '@page { size: 90mm 100mm; margin: 3mm }', height: 356 },
  { css: '@page { size: 5.5in 8.5in; margin: 0 }', height: 816 },
  { css: '', height: 1123 },
]

const firstNames = [
  'Ada',
  'Bo',
  'Chloé',
  'Dmitri',
  'Elif',
  'Farid',
  'Wolfgang Amadeus Johannes Chrysostomus Theophilus',
  '健太郎',
]
const lastNames = [
  'Lovelace',
  'Li',
  'Dupont-Ménard',
  'Ivanov',
  'Yıldız',
  'von und zu Hohenlohe-Waldenburg-Schillingsfürst',
  'בן־דוד',
]
const colours = ['#b8860b', '#c00000', '#0060c0', '#e8f4ea', 'hsl(200 80% 90%)', 'gold']
const colour = (random: Random) => random.one(colours)
const list = (most: number) => (random: Random) => ({
  sessions: Array.from({ length: random.one([0, 1, 3, random.integer(0, most), most]) }, (_, at) => `Session ${at}`),
})

const bodies: ((page: Page) => Construct)[] = [
  () => ({ css: 'body { margin: 8mm; font-family: Inter, sans-serif }' }),
  () => ({ css: 'body { margin: 0; padding: 6mm; font: 14px/1.4 Tinos, serif }' }),
  () => ({ css: 'html, body { height: 100%; margin: 0 } body { display: grid; place-content: center }' }),
  () => ({ css: 'body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; justify-content: space-between }' }),
  () => ({ css: 'body { margin: 0; background: #eef } * { box-sizing: border-box }' }),
  () => ({ css: '* + * { margin-top: 3px } :root { font-size: 15px } body { padding: 1rem }' }),
  () => ({ css: 'html { background: #fee } body { margin: 5mm; background: #fff; border: 1px solid }' }),
  () => ({ css: 'body { margin: 0; background: linear-gradient(#fff, #cde) }' }),
  () => ({ css: '* { position: relative; overflow: visible !important; contain: none !important; min-height: 2px }' }),
  () => ({
    html: '<body class="{{tier}}">',
    css: '.gold { background: #fe9 } .blue { background: #cdf } body { margin: 0; padding: 8mm }',
    data: (random) => ({ tier: random.one(['gold', 'blue', 'plain']) }),
  }),
  () => ({
    html: '<body style="background: {{background}}; margin: 4mm">',
    data: (random) => ({ background: colour(random) }),
  }),
  () => ({ html: '<body {{#if vip}}dir="rtl"{{/if}}>', css: 'body { margin: 7mm }' }),
  ({ height }) => ({ css: `body { height: ${height - 90}px; overflow: hidden; margin: 4mm }` }),
  () => ({ css: 'html { display: table; background: #eef } body { border: 1px solid }' }),
  () => ({ css: 'body { position: absolute; inset: 3mm; overflow: clip }' }),
]

const drawing = (defs: string, use: string) =>
  `<svg width="60mm" height="12mm" viewBox="0 0 60 12" aria-hidden="true"><defs>${defs}</defs>${use}</svg>`

const constructs: ((page: Page) => Construct)[] = [
  // Identifiers.
  () => ({
    html: drawing(
      '<linearGradient id="g"><stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="{{fade}}"/></linearGradient>',
      '<rect width="60" height="12" fill="url(#g)"/>',
    ),
    data: (random) => ({ fade: colour(random) }),
  }),
  () => ({
    html: drawing(
      '<linearGradient id="base"><stop stop-color="{{fade2}}"/></linearGradient><radialGradient id="r" href="#base"/>',
      '<circle cx="6" cy="6" r="6" style="fill: url(&quot;#r&quot;)"/>',
    ),
    data: (random) => ({ fade2: colour(random) }),
  }),
  () => ({
    html: `{{#if vip}}${drawing('<clipPath id="c"><circle cx="6" cy="6" r="5"/></clipPath>', '')}{{/if}}<svg width="60mm" height="12mm" viewBox="0 0 60 12" aria-hidden="true"><rect width="60" height="12" fill="#36c" clip-path="url('#c')"/></svg>`,
  }),
  () => ({
    html: drawing('<symbol id="s"><text y="9" font-size="9">{{firstName}}</text></symbol>', '<use href="#s"/>'),
  }),
  () => ({
    html: drawing(
      '<pattern id="p" width="4" height="4" patternUnits="userSpaceOnUse"><path fill="{{dots}}" d="M0 0h2v2H0z"/></pattern><mask id="m"><rect width="{{wide}}" height="12" fill="#fff"/></mask>',
      '<rect width="60" height="12" fill="url(#p)" mask="url(#m)"/>',
    ),
    data: (random) => ({ dots: colour(random), wide: random.integer(5, 60) }),
  }),
  () => ({
    html: '<svg role="img" aria-labelledby="t" width="9mm" height="9mm" viewBox="0 0 9 9"><title id="t">Portrait of {{firstName}} {{lastName}}</title><circle cx="4" cy="4" r="4"/></svg>',
  }),
  () => ({
    html: '<label for="a">Seat of {{firstName}}</label><input id="a" value="{{seat}}"><p id="d">{{lastName}}</p><img alt="Badge" aria-describedby="d" width="9" height="9" src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">',
    data: (random) => ({ seat: random.integer(1, 99) }),
  }),
  () => ({
    html: drawing('<path id="way" d="M0 9h60"/>', '<text font-size="5"><textPath href="#way">{{lastName}}</textPath></text>'),
    css: '#way { stroke: #ccc }',
  }),
  () => ({
    html: '<div class="masked">{{firstName}}</div><svg width="0" height="0" aria-hidden="true"><clipPath id="cut"><rect width="{{cut}}" height="40"/></clipPath></svg>',
    css: '.masked { clip-path: url(#cut); background: #fc9 }',
    data: (random) => ({ cut: random.integer(10, 90) }),
  }),
  () => ({
    html: '<p id="note-{{lastName}}" class="note">{{lastName}}</p>',
    css: '#note-Li { color: red } .note { margin: 2px }',
  }),
  // Groups.
  () => ({ html: '{{#if vip}}<details name="n" open><summary>Notes</summary>{{firstName}}</details>{{/if}}' }),
  () => ({
    html: '<input type="radio" name="r" {{#if vip}}checked{{/if}}> VIP <input type="radio" name="r" {{#unless vip}}checked{{/unless}}> Hall',
    css: 'input:checked { outline: 2px solid red }',
  }),
  () => ({ html: '<input autofocus value="{{firstName}}">', css: 'input:focus { background: yellow }' }),
  // Styles of some guests, and rules about the root.
  () => ({ html: '{{#if vip}}<style>h1 { color: #c8960c; font-size: 30pt }</style><p>Lounge</p>{{/if}}' }),
  () => ({ html: '{{#is locale "de"}}<style>h1 { letter-spacing: 2mm }</style>{{/is}}' }),
  () => ({ html: '{{#if vip}}<style>@page { size: A5 landscape }</style>{{/if}}' }),
  () => ({
    html: '{{#if vip}}<b class="vip">VIP</b>{{/if}}',
    css: ':root:has(.vip) { font-size: 20px } html:has(.vip) p { color: red }',
  }),
  () => ({
    html: '<div class="card">{{#if vip}}<i>VIP</i>{{/if}}x</div>',
    css: '.card:has(i) { border: 2px solid } :has(> i) { color: green }',
  }),
  () => ({ css: 'html > body { color: #300 } head + body { padding-left: 3px } body:nth-child(2) { letter-spacing: .2px }' }),
  () => ({
    css: 'body > :first-child { color: teal } body:last-child { font-style: italic } :only-child { text-decoration: none }',
  }),
  () => ({ css: ':root > * { outline: none } * { margin-block: 1px } html * { border-radius: 1px }' }),
  // Pages.
  () => ({ html: '<footer class="fixed">{{lastName}}</footer>', css: '.fixed { position: fixed; bottom: 2mm; left: 4mm }' }),
  () => ({ html: '<i class="corner">{{firstName}}</i>', css: '.corner { position: absolute; right: 3mm; bottom: 3mm }' }),
  () => ({ html: '<ul>{{#each sessions}}<li>{{this}}</li>{{/each}}</ul>', css: 'li { line-height: 8mm }', data: list(45) }),
  () => ({
    html: '<table><thead><tr><th>Session</th></tr></thead>{{#each sessions}}<tr><td>{{this}}</td></tr>{{/each}}</table>',
    css: 'td { padding: 2mm; border: 1px solid }',
    data: list(40),
  }),
  () => ({ css: '@page { @bottom-center { content: counter(page) " of " counter(pages) } }', html: '<p class="next">next</p>' }),
  () => ({ css: '@page :first { margin-top: 20mm }' }),
  () => ({ html: '<p style="break-before: right">{{lastName}}</p>' }),
  () => ({ html: '{{#if vip}}<p class="next">VIP rules</p>{{/if}}', css: '.next { break-before: page }' }),
  ({ height }) => ({
    html: '<div style="height: {{filler}}px; background: #dfd"></div><div class="box">{{firstName}} {{lastName}}</div>',
    css: '.box { border: 3px solid #36c; padding: 2mm; break-inside: avoid }',
    data: (random) => ({ filler: random.integer(Math.max(0, height - 330), height + 20) }),
  }),
  ({ height }) => ({
    html: '<div style="height: {{filler2}}px"></div><p class="long">{{text}}</p>',
    css: '.long { border: 1px solid; background: #ffd; box-decoration-break: clone; widows: 3; orphans: 3 }',
    data: (random) => ({
      filler2: random.integer(Math.max(0, height - 330), height + 20),
      text: 'Doors open at seven. '.repeat(random.integer(1, 40)),
    }),
  }),
  ({ height }) => ({
    html: '<div class="full">{{firstName}}</div>',
    css: `.full { height: ${height}px; border: 2px solid; box-sizing: border-box; margin-bottom: 5mm }`,
  }),
  // What is counted, and what is placed.
  () => ({
    html: '<p class="n">a</p><p class="n">{{lastName}}</p>{{#if vip}}<p class="n">c</p>{{/if}}<ol><li>x</li></ol>',
    css: '.n { counter-increment: n } .n::before { content: counter(n) ". " } li::marker { color: red }',
  }),
  () => ({ html: '<q>{{firstName}} <q>{{lastName}}</q></q>' }),
  () => ({
    html: '<div class="cols">{{text2}}</div>',
    css: '.cols { columns: 2; column-rule: 1px solid }',
    data: (random) => ({ text2: 'Bring a coat. '.repeat(random.integer(1, 30)) }),
  }),
  () => ({ html: '<b class="float">{{firstName}}</b>text', css: '.float { float: right; padding: 4mm; background: #fdd }' }),
  () => ({
    html: '<b class="anchor">{{firstName}}</b><i class="hung">here</i>',
    css: '.anchor { anchor-name: --a } .hung { position: absolute; position-anchor: --a; top: anchor(bottom); left: anchor(right) }',
  }),
  // What paints beyond its box.
  ({ height }) => ({
    html: '{{#if vip}}<div class="wild">x</div>{{/if}}',
    css: `.wild { position: absolute; top: -${height}px; left: 0; width: 100mm; height: ${height}px; background: #f0f }`,
  }),
  ({ height }) => ({
    html: '{{#if vip}}<p class="shade">x</p>{{/if}}',
    css: `.shade { box-shadow: 0 -${height}px 0 20mm #f0f }`,
  }),
  ({ height }) => ({
    html: '{{#if vip}}<p class="moved">x</p>{{/if}}',
    css: `.moved { transform: translateY(${height}px); background: #f0f }`,
  }),
  () => ({ html: '<p class="ring">x</p>', css: '.ring { outline: 60mm solid rgb(0 120 0 / .1) }' }),
  () => ({
    html: '<p class="tilt">{{firstName}}</p>',
    css: '.tilt { rotate: 12deg; opacity: .6; mix-blend-mode: multiply; background: #cef }',
  }),
  () => ({
    html: '<div class="cover"></div>',
    css: '.cover { position: absolute; inset: 0; z-index: -1; background: url("data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSI0MCIgaGVpZ2h0PSIyMCI+PHBhdGggZmlsbD0iI2RlZiIgZD0iTTAgMGgyMHYyMEgweiIvPjwvc3ZnPg==") center / cover }',
  }),
  () => ({
    html: '<p style="color: {{ink}}; --edge: {{ink}}; border-left: 2mm solid var(--edge)">{{firstName}}</p>',
    data: (random) => ({ ink: colour(random) }),
  }),
  () => ({ html: '<a href="https://example.com/{{lastName}}">Your page</a> <a href="#t">up</a>' }),
  () => ({ html: '<!-- <b>{{firstName}}</b> --><p title="{{lastName}}" data-row="{{firstName}}">row</p>' }),
]
