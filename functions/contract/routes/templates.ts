import * as example from '../examples/templates.ts'
import { routeTimeouts } from '../retries.ts'
import * as answer from '../schemas/template-answers.ts'
import * as schema from '../schemas/templates.ts'
import { type Route, route } from './route.ts'

const pictures = ['application/pdf', 'image/png'] as const

/** The routes about templates. */
export const templateRoutes = {
  'list-templates': route('core', 'GET /api/templates', {
    summary: 'List the templates with their versions and warnings',
    query: schema.templatesQuery,
    success: { status: 200, description: 'One page of the templates, by id.', data: answer.templatesAnswer },
    errors: ['VALIDATION_FAILED'],
    uses: ['sql'],
    example: { answer: example.templatesAnswer },
  }),
  'create-template': route('core', 'POST /api/templates', {
    summary: 'Add a template that passes its check and trial print; repeating it gives the same template',
    description: 'A repetition with the same `Idempotency-Key` is answered with the template as it is by then.',
    body: schema.templateRequest,
    success: { status: 201, description: 'The template with its warnings.', data: answer.templateAnswer },
    errors: ['TEMPLATE_INVALID'],
    takesKey: 'answers-anew',
    uses: ['sql', 'trials'],
    timeoutSeconds: routeTimeouts.longest,
    example: { body: example.templateBody, answer: example.templateAnswer },
  }),
  'get-template': route('core', 'GET /api/templates/{templateId}', {
    summary: 'Read a version of a template, the newest where none is named',
    query: schema.versionQuery,
    success: { status: 200, description: 'The version, and a list of the others.', data: answer.templateAnswer },
    uses: ['sql'],
    example: { answer: example.templateAnswer },
  }),
  'replace-template': route('core', 'PUT /api/templates/{templateId}', {
    summary: 'Add a version that new tickets are made with; repeating it adds none, and tickets keep the version that made them',
    body: schema.templateRequest,
    success: { status: 200, description: 'The new version with its warnings.', data: answer.templateAnswer },
    errors: ['TEMPLATE_ARCHIVED', 'TEMPLATE_BUILT_IN', 'TEMPLATE_INVALID'],
    uses: ['sql', 'trials'],
    timeoutSeconds: routeTimeouts.longest,
    example: { body: example.templateBody, answer: example.templateAnswer },
  }),
  'archive-template': route('core', 'POST /api/templates/{templateId}/archive', {
    summary: 'Take a template out of use for new tickets, or back; repeating it changes nothing',
    body: schema.archiveRequest,
    success: { status: 200, description: 'Tickets that it made can still be printed again.', data: answer.archiveAnswer },
    uses: ['sql'],
    example: { body: { undo: false }, answer: example.archiveAnswer },
  }),
  'check-template': route('core', 'POST /api/templates/check', {
    summary: 'Check a draft line by line, with a trial print if wanted; nothing is stored',
    body: schema.checkRequest,
    success: { status: 200, description: 'What was found, also where it would be refused.', data: answer.checkAnswer },
    uses: ['sql', 'trials'],
    timeoutSeconds: routeTimeouts.longest,
    example: { body: example.checkBody, answer: example.checkAnswer },
  }),
  'preview-draft': route('core', 'POST /api/templates/preview', {
    summary: 'Show a draft as PDF or PNG, with a QR code that no door takes; nothing is stored',
    body: schema.draftPreviewRequest,
    success: { status: 200, description: 'The preview; `x-page-count` tells how many pages there are.', media: pictures },
    errors: ['TEMPLATE_INVALID', 'PDF_TOO_LARGE'],
    uses: ['sql', 'trials'],
    timeoutSeconds: routeTimeouts.longest,
    example: { body: example.draftPreviewBody },
  }),
  'preview-template': route('core', 'POST /api/templates/{templateId}/preview', {
    summary: 'Show a version of a template as PDF or PNG, with a QR code that no door takes; nothing is stored',
    body: schema.previewRequest,
    success: { status: 200, description: 'The preview; `x-page-count` tells how many pages there are.', media: pictures },
    errors: ['TEMPLATE_INVALID', 'PDF_TOO_LARGE'],
    uses: ['sql', 'trials'],
    timeoutSeconds: routeTimeouts.longest,
    example: { body: example.previewBody },
  }),
} satisfies Record<string, Route>
