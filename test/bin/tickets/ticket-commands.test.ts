import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reasonMeanings } from '../../../bin/tickets/ticket-commands.ts'
import { reason } from '../../../functions/contract/schemas/trust-answers.ts'

test('every reason for which a ticket is not valid is explained', () => {
  for (const name of reason.options) assert.match(reasonMeanings[name] ?? '', / /, name)
})
