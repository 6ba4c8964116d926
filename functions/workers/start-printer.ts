import { findDeployedFiles } from '../print/chromium/deployed-files.ts'
import { prepareFonts } from '../print/fonts/prepare-fonts.ts'
import { openPrinter, type Printer, type PrinterOptions } from '../print/printer.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { logger } from '../runtime/telemetry.ts'
import { cacheFolder } from './renderer-folder.ts'

/**
 * Opens a renderer's printer and starts its browser in the background. The first print queues behind the start, and
 * retries if it failed.
 */
export async function startPrinter(options: Pick<PrinterOptions, 'onFallback'> = {}): Promise<Printer> {
  const { CHROMIUM_PROCESSES: processes, TAG_CACHE } = readEnvironment(['CHROMIUM_PROCESSES', 'TAG_CACHE'])
  const printer = openPrinter({
    ...options,
    cacheFolder,
    environment: await prepareFonts(cacheFolder),
    // Only a deployed renderer may run where Chromium cannot start processes.
    processes: processes === 'auto' && !findDeployedFiles() ? 'multi' : processes,
    onFailedLaunch: (failure) => logger.warn('Chromium could not be launched', failure),
    tagCache: TAG_CACHE === '1',
  })
  printer.probe().catch((error) => logger.warn('The browser did not start in advance', { error }))
  return printer
}
