/** Names what a function may do: the actions, and on what. Nothing here is on everything but `network`, which lib/service-function.ts explains. */
export const rights: Record<string, string> = {
  log: 'logs:CreateLogStream logs:PutLogEvents on its own log',
  network:
    'ec2:CreateNetworkInterface ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:DeleteNetworkInterface ' +
    'ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses on *',
  'not-from-code':
    'DENY ec2:CreateNetworkInterface ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:DeleteNetworkInterface ' +
    'ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses on * if called by function:*',
  'log-in-as-api': 'rds-db:connect on dbuser:<Database/Instance>/ticket_api',
  'log-in-as-renderer': 'rds-db:connect on dbuser:<Database/Instance>/ticket_renderer',
  'owner-password': 'secretsmanager:GetSecretValue on Database/Instance MasterUserSecret.SecretArn',
  'signing-keys': 'secretsmanager:GetSecretValue on SigningKeys/Secret Id',
  'print-one': 'lambda:InvokeFunction on Renderer/render-now/Worker/Function',
  'try-template': 'lambda:InvokeFunction on Renderer/render-trial/Worker/Function',
  'send-chunks': 'sqs:SendMessage on Queues/ticket-generation-high Queues/ticket-generation',
  'count-chunks': 'sqs:GetQueueAttributes on Queues/ticket-generation-high Queues/ticket-generation',
  'take-high': 'sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes on Queues/ticket-generation-high',
  'take-normal': 'sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes on Queues/ticket-generation',
  'take-high-dead': 'sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes on Queues/ticket-generation-high-dead',
  'take-normal-dead': 'sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes on Queues/ticket-generation-dead',
  notify: 'sns:Publish on ticket-events',
  'read-pdf': 's3:GetObject on Tickets/Bucket/tickets/*',
  'write-pdf': 's3:PutObject on Tickets/Bucket/tickets/*',
  'read-and-write-pdf': 's3:GetObject s3:PutObject on Tickets/Bucket/tickets/*',
  'delete-pdf': 's3:DeleteObject on Tickets/Bucket/tickets/*',
  'list-pdfs': 's3:ListBucket on Tickets/Bucket',
  'read-download': 's3:GetObject on Tickets/Bucket/downloads/*',
  'write-download': 's3:PutObject s3:AbortMultipartUpload on Tickets/Bucket/downloads/*',
  'start-download': 'lambda:InvokeFunction on Downloads/make-download/Worker/Function',
}

const network = 'network not-from-code'

/** Lists all that each function may do. A change here changes what a function could do that somebody else took over: think before you make it. */
export const functions: Record<string, string> = {
  'archive-template': `log log-in-as-api ${network}`,
  'cancel-batch': `log log-in-as-api notify ${network}`,
  'check-in-ticket': `log log-in-as-api signing-keys ${network}`,
  'check-template': `log log-in-as-api try-template ${network}`,
  'create-batch': `log log-in-as-api signing-keys send-chunks notify ${network}`,
  'create-door': `log log-in-as-api signing-keys ${network}`,
  'create-template': `log log-in-as-api try-template ${network}`,
  'dead-letter': `log log-in-as-api notify take-high-dead take-normal-dead ${network}`,
  'download-batch': `log log-in-as-api list-pdfs read-download start-download ${network}`,
  'generate-ticket': `log log-in-as-api signing-keys print-one ${network}`,
  'get-batch-status': `log log-in-as-api signing-keys ${network}`,
  'get-calendar-entry': `log log-in-as-api signing-keys ${network}`,
  'get-detailed-health': `log log-in-as-api list-pdfs count-chunks print-one ${network}`,
  'get-docs': 'log',
  'get-docs-asset': 'log',
  'get-door': 'log',
  'get-door-asset': 'log',
  'get-health': 'log',
  'get-mobile-ticket': `log log-in-as-api signing-keys ${network}`,
  'get-mobile-ticket-worker': 'log',
  'get-openapi': 'log',
  'get-pdf': `log log-in-as-api signing-keys read-pdf ${network}`,
  'get-png': `log log-in-as-api signing-keys list-pdfs read-pdf print-one ${network}`,
  'get-qr-code': `log log-in-as-api signing-keys ${network}`,
  'get-template': `log log-in-as-api ${network}`,
  'get-ticket': `log log-in-as-api signing-keys ${network}`,
  'get-ticket-keys': 'log signing-keys',
  'get-wallet-pass': `log log-in-as-api signing-keys ${network}`,
  'list-doors': `log log-in-as-api ${network}`,
  'list-revocations': `log log-in-as-api signing-keys ${network}`,
  'list-templates': `log log-in-as-api ${network}`,
  'make-download': `log log-in-as-api list-pdfs read-pdf write-download ${network}`,
  'preview-draft': `log log-in-as-api try-template ${network}`,
  'preview-template': `log log-in-as-api try-template ${network}`,
  'register-event': `log log-in-as-api ${network}`,
  'register-guests': `log log-in-as-api ${network}`,
  'reissue-key': `log log-in-as-api signing-keys send-chunks ${network}`,
  'reissue-ticket': `log log-in-as-api signing-keys print-one ${network}`,
  'render-batch': `log log-in-as-renderer write-pdf notify take-high take-normal ${network}`,
  'render-now': `log log-in-as-renderer read-and-write-pdf notify ${network}`,
  'render-trial': `log ${network}`,
  'replace-template': `log log-in-as-api try-template ${network}`,
  'retry-batch': `log log-in-as-api signing-keys send-chunks ${network}`,
  'revoke-ticket': `log log-in-as-api ${network}`,
  'upload-scans': `log log-in-as-api signing-keys ${network}`,
  'validate-ticket': `log log-in-as-api signing-keys ${network}`,
  'withdraw-door': `log log-in-as-api ${network}`,
  migrate: `log owner-password ${network}`,
  sweep: `log log-in-as-api list-pdfs delete-pdf send-chunks notify ${network}`,
}

/** Lists the roles that are not a function's of ours. */
export const otherRoles = [
  // Invokes `migrate` at a deployment. The CDK's own code.
  'AWSCDK.TriggerCustomResourceProviderCustomResourceProvider/Role',
  // Write logs of API Gateway, and of refused connections in the network.
  'Api/Gateway/CloudWatchRole',
  'Network/Vpc/Refused/IAMRole',
]
