/**
 * Lists the SQS queues of chunks by priority, each with its dead-letter queue. `visibilitySeconds` is at least six times the renderer's
 * timeout, as AWS asks of a queue that feeds a Lambda function; after `maxReceiveCount` receives a chunk is given up. A chunk is one
 * message of `ticketsPerChunk` tickets at most. `MessageGroupId` is the event, so that one event's flood does not starve another's.
 */
export const renderQueues = {
  high: {
    name: 'ticket-generation-high',
    deadLetterName: 'ticket-generation-high-dead',
    urlVariable: 'RENDER_HIGH_QUEUE_URL',
    visibilitySeconds: 720,
    maxReceiveCount: 4,
  },
  normal: {
    name: 'ticket-generation',
    deadLetterName: 'ticket-generation-dead',
    urlVariable: 'RENDER_QUEUE_URL',
    visibilitySeconds: 720,
    maxReceiveCount: 4,
  },
} as const

/** Names the priority of a batch; each has a queue of its own. */
export type Priority = keyof typeof renderQueues

/** Is how many messages an invocation gets: one, so that a chunk that fails takes no other with it. */
export const messagesPerInvocation = 1

/** Limits a chunk: what one renderer prints at once. */
export const ticketsPerChunk = 40

/** Says how many chunks of a batch come first with how many tickets: whoever waits for the batch sees its first tickets sooner. */
export const firstChunks = { count: 2, tickets: 10 }

/** Names the SNS topic that is told when a batch is done. */
export const ticketEventsTopic = 'ticket-events'
