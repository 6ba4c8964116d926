import { databaseErrors } from '../errors.ts'
import * as example from '../examples/templates.ts'
import { routeTimeouts } from '../retries.ts'
import * as answer from '../schemas/template-answers.ts'
import * as schema from '../schemas/templates.ts'
import type { Route } from './route.ts'

const printing = ['RENDER_FAILED', 'RENDER_TIMEOUT', 'QUEUE_UNAVAILABLE'] as const
const params = { templateId: '1000' }
const pictures = ['application/pdf', 'image/png'] as const

/** The routes about templates. */
export const templateRoutes = {
  'list-templates': {
    method: 'GET',
    path: '/api/templates',
    access: 'core',
    summary: 'List the templates with their versions and warnings',
    query: schema.templatesQuery,
    success: { status: 200, description: 'One page of the templates, by id.', data: answer.templatesAnswer },
    errors: ['VALIDATION_FAILED', ...databaseErrors],
    uses: ['sql'],
    timeoutSeconds: routeTimeouts.lookup,
    example: { answer: example.templatesAnswer },
  },
  'create-template': {
    method: 'POST',
    path: '/api/templates',
    access: 'core',
    summary: 'Add a template that passes its check and trial print; repeating it gives the same template',
    body: schema.templateRequest,
    success: { status: 201, description: 'The template with its warnings.', data: answer.templateAnswer },
    errors: ['TEMPLATE_INVALID', ...printing, ...databaseErrors],
    uses: ['sql', 'trials'],
    timeoutSeconds: routeTimeouts.longest,
    example: { body: example.templateBody, answer: example.templateAnswer },
  },
  'get-template': {
    method: 'GET',
    path: '/api/templates/{templateId}',
    access: 'core',
    summary: 'Read a version of a template, the newest where none is named',
    params: schema.templateParams,
    query: schema.versionQuery,
    success: { status: 200, description: 'The version, and a list of the others.', data: answer.templateAnswer },
    errors: ['TEMPLATE_NOT_FOUND', ...databaseErrors],
    uses: ['sql'],
    timeoutSeconds: routeTimeouts.lookup,
    example: { params, answer: example.templateAnswer },
  },
  'replace-template': {
    method: 'PUT',
    path: '/api/templates/{templateId}',
    access: 'core',
    summary: 'Add a version that new tickets are made with; repeating it adds none, and tickets keep the version that made them',
    params: schema.templateParams,
    body: schema.templateRequest,
    success: { status: 200, description: 'The new version with its warnings.', data: answer.templateAnswer },
    errors: ['TEMPLATE_NOT_FOUND', 'TEMPLATE_ARCHIVED', 'TEMPLATE_BUILT_IN', 'TEMPLATE_INVALID', ...printing, ...databaseErrors],
    uses: ['sql', 'trials'],
    timeoutSeconds: routeTimeouts.longest,
    example: { params, body: example.templateBody, answer: example.templateAnswer },
  },
  'archive-template': {
    method: 'POST',
    path: '/api/templates/{templateId}/archive',
    access: 'core',
    summary: 'Take a template out of use for new tickets, or back; repeating it changes nothing',
    params: schema.templateParams,
    body: schema.archiveRequest,
    success: { status: 200, description: 'Tickets that it made can still be printed again.', data: answer.archiveAnswer },
    errors: ['TEMPLATE_NOT_FOUND', ...databaseErrors],
    uses: ['sql'],
    timeoutSeconds: routeTimeouts.lookup,
    example: { params, body: { undo: false }, answer: example.archiveAnswer },
  },
  'check-template': {
    method: 'POST',
    path: '/api/templates/check',
    access: 'core',
    summary: 'Check a draft line by line, with a trial print if wanted; nothing is stored',
    body: schema.checkRequest,
    success: { status: 200, description: 'What was found, also where it would be refused.', data: answer.checkAnswer },
    errors: [...printing, ...databaseErrors],
    uses: ['sql', 'trials'],
    timeoutSeconds: routeTimeouts.longest,
    example: { body: example.checkBody, answer: example.checkAnswer },
  },
  'preview-draft': {
    method: 'POST',
    path: '/api/templates/preview',
    access: 'core',
    summary: 'Show a draft as PDF or PNG, with a QR code that no door takes; nothing is stored',
    body: schema.draftPreviewRequest,
    success: { status: 200, description: 'The preview; `x-page-count` tells how many pages there are.', media: pictures },
    errors: ['TEMPLATE_INVALID', 'PDF_TOO_LARGE', ...printing, ...databaseErrors],
    uses: ['sql', 'trials'],
    timeoutSeconds: routeTimeouts.longest,
    example: { body: example.draftPreviewBody },
  },
  'preview-template': {
    method: 'POST',
    path: '/api/templates/{templateId}/preview',
    access: 'core',
    summary: 'Show a version of a template as PDF or PNG, with a QR code that no door takes; nothing is stored',
    params: schema.templateParams,
    body: schema.previewRequest,
    success: { status: 200, description: 'The preview; `x-page-count` tells how many pages there are.', media: pictures },
    errors: ['TEMPLATE_NOT_FOUND', 'TEMPLATE_INVALID', 'PDF_TOO_LARGE', ...printing, ...databaseErrors],
    uses: ['sql', 'trials'],
    timeoutSeconds: routeTimeouts.longest,
    example: { params, body: example.previewBody },
  },
} as const satisfies Record<string, Route>
