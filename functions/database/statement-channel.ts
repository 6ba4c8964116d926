import { channel } from 'node:diagnostics_channel'

/** Tells of each statement and transaction that begins, with a promise of its end; unobserved, it costs nothing. */
export const statementChannel = channel('ticket-generator.statement')
