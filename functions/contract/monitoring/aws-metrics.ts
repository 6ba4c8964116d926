import type { Priority } from '../queues.ts'

/** The metrics of AWS services that dashboards and alarms may name, with the pages that document them. */
export const awsMetrics = {
  'AWS/ApiGateway': {
    source: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html',
    dimensions: ['ApiName', 'Stage'],
    names: ['Count', '4XXError', '5XXError', 'Latency'],
  },
  'AWS/Lambda': {
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html',
    dimensions: ['FunctionName'],
    names: ['ConcurrentExecutions', 'Duration', 'Errors', 'Throttles'],
  },
  'AWS/SQS': {
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html',
    dimensions: ['QueueName'],
    names: ['ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage'],
  },
  'AWS/RDS': {
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html',
    dimensions: ['DBInstanceIdentifier'],
    names: ['DatabaseConnections', 'CPUUtilization', 'FreeStorageSpace', 'FreeableMemory'],
  },
} as const

/** The namespace of an AWS service. */
export type AwsNamespace = keyof typeof awsMetrics

type Names<Namespace extends AwsNamespace> = (typeof awsMetrics)[Namespace]['names'][number]

/** A metric of an AWS service, and the resource of ours that it is about. */
export type AwsSeries =
  | { namespace: 'AWS/ApiGateway'; metric: Names<'AWS/ApiGateway'> }
  | { namespace: 'AWS/Lambda'; metric: Names<'AWS/Lambda'>; function: string }
  | { namespace: 'AWS/SQS'; metric: Names<'AWS/SQS'>; queue: Priority; isDeadLetter?: true }
  | { namespace: 'AWS/RDS'; metric: Names<'AWS/RDS'> }
