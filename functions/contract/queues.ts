/**
 * The SQS queues of chunks by priority, each with its dead-letter queue. A message is one chunk; its
 * `MessageGroupId` is the event, so that one event does not starve another.
 */
export const renderQueues = {
  high: {
    name: 'ticket-generation-high',
    deadLetterName: 'ticket-generation-high-dead',
    urlVariable: 'RENDER_HIGH_QUEUE_URL',
  },
  normal: {
    name: 'ticket-generation',
    deadLetterName: 'ticket-generation-dead',
    urlVariable: 'RENDER_QUEUE_URL',
  },
} as const

/** The priority of a batch; each has its own queue. */
export type Priority = keyof typeof renderQueues

/** Messages per invocation: one, so that a failing chunk takes no other with it. */
export const messagesPerInvocation = 1

/** Maximum tickets in a chunk, which one renderer prints together. */
export const ticketsPerChunk = 40

/** The smaller chunks at the beginning of a batch, so that its first tickets are ready sooner. */
export const firstChunks = { count: 2, tickets: 10 }

/** The SNS topic that receives the notices of contract/notices.ts. */
export const ticketEventsTopic = 'ticket-events'
