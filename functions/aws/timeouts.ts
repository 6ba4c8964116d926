/**
 * Limits what a client of AWS waits for, in milliseconds: a connection, and then the next sign of life on it, however much there is to send.
 * The SDK's own `requestTimeout` only warns unless it is told to throw, and would count a large upload against a slow network.
 * Source: @smithy/node-http-handler, "NodeHttpHandlerOptions".
 */
export const awsTimeouts = { connectionTimeout: 1000, socketTimeout: 5000 } as const
