import type { Message } from '@aws-sdk/client-sqs'
import type { SQSEvent, SQSMessageAttributes, SQSRecord } from 'aws-lambda'

/** A queue to receive messages from. */
export interface SourceQueue {
  url: string
  arn: string
  region: string
}

/** Builds the event of Lambda's SQS event source. Source: AWS Lambda, "Using Lambda with Amazon SQS". */
export function makeSqsEvent(queue: SourceQueue, messages: Message[]): SQSEvent {
  return { Records: messages.map((message) => makeRecord(queue, message)) }
}

function makeRecord({ arn, region }: SourceQueue, message: Message): SQSRecord {
  const { Attributes: { MessageGroupId, ...attributes } = {} } = message
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: {
      ApproximateReceiveCount: attributes.ApproximateReceiveCount ?? '1',
      SentTimestamp: attributes.SentTimestamp ?? '0',
      SenderId: attributes.SenderId ?? '',
      ApproximateFirstReceiveTimestamp: attributes.ApproximateFirstReceiveTimestamp ?? '0',
      ...(MessageGroupId === undefined ? {} : { MessageGroupId }),
    },
    messageAttributes: makeAttributes(message.MessageAttributes ?? {}),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: region,
  }
}

function makeAttributes(attributes: NonNullable<Message['MessageAttributes']>): SQSMessageAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { StringValue, BinaryValue, DataType }]) => [
      name,
      {
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType ?? 'String',
      },
    ]),
  )
}
