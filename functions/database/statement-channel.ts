import { channel } from 'node:diagnostics_channel'

/** Announces each statement and transaction as it begins, with a promise of its end. Costs nothing without subscribers. */
export const statementChannel = channel('ticket-generator.statement')
