import { pathToFileURL } from 'node:url'
import type { Context } from 'aws-lambda'
import { type Answer, invocationMessage, makeContext } from './lambda-context.ts'

// This process is one execution environment of a function: it loads the module and handles one event at a
// time.
type Handler = (event: unknown, context: Context) => unknown

const closeTimeoutMs = 2500
let close: () => unknown = () => undefined

// The server has stopped or was killed. A module that exports `close` cleans up first.
process.on('disconnect', () => void end())
// Ctrl-C reaches every process of the terminal, but the server ends its environments itself.
process.on('SIGINT', () => undefined)

const handler = await load(process.argv[2] ?? '')
if (handler) {
  process.on('message', (message) => {
    const { event, ...rest } = invocationMessage.parse(message)
    void run(handler, JSON.parse(event), makeContext(rest))
  })
  send({ type: 'ready' })
}

async function load(path: string): Promise<Handler | undefined> {
  try {
    const module: { handler?: unknown; close?: unknown } = await import(pathToFileURL(path).href)
    if (isFunction(module.close)) close = module.close
    if (isFunction(module.handler)) return module.handler
    send({ type: 'error', payload: describe(new Error(`${path} exports no function "handler"`), 'Runtime.HandlerNotFound') })
  } catch (error) {
    send({ type: 'error', payload: describe(error, 'Runtime.ImportModuleError') })
  }
  return undefined
}

function isFunction(value: unknown): value is Handler & (() => unknown) {
  return typeof value === 'function'
}

async function end(): Promise<void> {
  setTimeout(() => process.exit(0), closeTimeoutMs)
  try {
    await close()
  } finally {
    process.exit(0)
  }
}

async function run(handler: Handler, event: unknown, context: Context): Promise<void> {
  try {
    const result = await handler(event, context)
    send({ type: 'result', payload: JSON.stringify(result) ?? 'null' })
  } catch (error) {
    send({ type: 'error', payload: describe(error) })
  }
}

/** Serializes an error as Lambda's Node.js runtime does. */
function describe(error: unknown, errorType?: string): string {
  const known = error instanceof Error ? error : new Error(String(error))
  return JSON.stringify({
    errorType: errorType ?? known.name,
    errorMessage: known.message,
    trace: known.stack?.split('\n') ?? [],
  })
}

function send(answer: Answer): void {
  // Sending fails only when the server has ended, and then "disconnect" ends this process.
  process.send?.(answer, () => undefined)
}
