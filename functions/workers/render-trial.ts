import { workers } from '../contract/functions.ts'
import { type PicturesOrder, type RenderAnswer, trialRequest } from '../contract/schemas/render.ts'
import { printPreview } from '../domain/rendering/print-preview.ts'
import { runTrial } from '../domain/rendering/run-trial.ts'
import { decodeAssets, drawPng } from '../print/embedded-files.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { toServiceError } from '../runtime/service-error.ts'
import { emitMetrics, reportFault } from '../runtime/telemetry.ts'
import { traceInvocation } from '../runtime/tracing.ts'
import { startPrinter } from './start-printer.ts'

const environment = readEnvironment(workers['render-trial'].variables)
const printer = await startPrinter()
const clients = {
  printer,
  maxFileSize: environment.MAX_FILE_SIZE,
  deadlineMs: environment.RENDER_DEADLINE_SECONDS * 1000,
}

/**
 * Checks, tries or previews a template, apart from database, storage and the printing of tickets.
 * @throws ZodError when the event is malformed.
 */
export async function handler(event: unknown): Promise<RenderAnswer> {
  return await traceInvocation('render-trial', event, answer)
}

async function answer(event: unknown): Promise<RenderAnswer> {
  const request = trialRequest.parse(event)
  const restarts = printer.restarts
  try {
    if ('pictures' in request) return await decodePictures(request)
    return 'trial' in request ? await runTrial(clients, request.trial) : await printPreview(clients, request.preview)
  } catch (error) {
    const fault = toServiceError(error)
    const { code, message, details, status } = fault
    if (status < 500) return { outcome: 'refused', code, message, details }
    reportFault(fault, error)
    return { outcome: 'unavailable', code, message }
  } finally {
    emitMetrics([['browser_restarts_total', Array.from({ length: printer.restarts - restarts }, () => 1)]])
  }
}

async function decodePictures({ pictures, drawn }: PicturesOrder): Promise<RenderAnswer> {
  const areGood = await decodeAssets(printer, pictures)
  const url = drawn && areGood.every(Boolean) ? pictures[drawn.index]?.url : undefined
  return { outcome: 'decoded', areGood, png: drawn && url ? await drawPng(printer, { ...drawn, url }) : null }
}

/** Closes the browser, so that the process can end. */
export async function close(): Promise<void> {
  await printer.close()
}
