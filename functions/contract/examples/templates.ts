const source =
  '<!doctype html><html lang="{{locale}}"><head><title>{{eventName}}</title><style>@page { size: 105mm 148mm } img { height: 40mm }</style></head>' +
  '<body><h1>{{eventName}}</h1><p>{{firstName}} {{lastName}}</p><img src="{{qrCodeUrl}}" alt="QR code"><p>{{ticketCode}}</p></body></html>'

const sample = { firstName: 'Ada', lastName: 'Lovelace', eventName: 'Tech Conference 2024', ticketType: 'VIP' }

/** A new template. */
export const templateBody = { name: 'Conference pass', source, sample, labels: { fr: { seat: 'Place' } } }

/** A draft to check. */
export const checkBody = { source: '<p>{{firstName}', trial: false }

const warning = {
  severity: 'warning',
  code: 'NO_TITLE',
  line: 1,
  column: 16,
  message: 'The document has no title.',
  advice: 'Put <title>{{eventName}}</title> into the head.',
}

/** The problems found in a draft. */
export const checkAnswer = {
  problems: [
    { severity: 'error', code: 'SYNTAX', line: 1, column: 4, message: 'this mustache does not end', advice: 'close it with }}' },
  ],
  variables: [],
  required: [],
  trial: null,
}

const summary = {
  templateId: 1000,
  name: 'Conference pass',
  status: 'active',
  builtIn: false,
  version: 2,
  warnings: [warning],
  versions: [
    { version: 2, name: 'Conference pass', createdAt: '2024-05-02T09:00:00.000Z', warningCount: 1 },
    { version: 1, name: 'Conference pass', createdAt: '2024-05-01T09:00:00.000Z', warningCount: 0 },
  ],
  archivedAt: null,
}

/** The list of templates. */
export const templatesAnswer = { templates: [summary], nextCursor: null }

/** A template. */
export const templateAnswer = {
  ...summary,
  newestVersion: 2,
  source,
  sample,
  labels: { fr: { seat: 'Place' } },
  sheet: null,
  assets: [
    { name: 'logo', type: 'image/png', bytes: 4096, sha256: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae' },
  ],
  required: ['firstName', 'lastName'],
  trial: { pageCount: 1, pdfBytes: 24_000, pixelTrue: true, printMs: 9 },
  createdAt: '2024-05-02T09:00:00.000Z',
}

/** A draft to preview. */
export const draftPreviewBody = { source, data: { firstName: 'Grace', lastName: 'Hopper' }, format: 'png', width: 600 }

/** A request to preview a stored template. */
export const previewBody = { version: 1, data: { firstName: 'Grace', lastName: 'Hopper' }, format: 'pdf' }

/** The answer to archiving a template. */
export const archiveAnswer = { templateId: 1000, status: 'archived', archivedAt: '2024-06-01T09:00:00.000Z' }
