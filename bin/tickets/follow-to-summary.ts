import * as z from 'zod'
import { checkFilePath } from './atomic-file.ts'
import { type Destination, followBatch } from './batch-follower.ts'
import { summarize } from './batch-summary.ts'
import { BadInput, CommandFailure } from './failures.ts'
import { PdfFolder } from './pdf-folder.ts'
import type { CommandResult } from './report.ts'
import type { Session } from './session.ts'

/** The options for the files of a batch. */
export const destinationOptions = {
  out: z.string().min(1, 'must name a folder').optional(),
  manifest: z.string().min(1, 'must name a file').optional(),
}

/** A batch to follow, with the destination of its files. */
export interface FollowedBatch {
  batchId: string
  destination: Destination | undefined
}

/**
 * Follows a batch to its end and summarizes it.
 * @throws what followBatch throws.
 */
export async function followToSummary(session: Session, { batchId, destination }: FollowedBatch) {
  const outcome = await followBatch({ ...session, batchId, destination })
  const summary = summarize(outcome, session.commandLine(['retry', batchId]))
  return { ...summary, generatedCount: outcome.status.generatedCount }
}

/**
 * Opens the folder of --out.
 * @throws BadInput when the folder or the manifest cannot be written, or --manifest is given without --out.
 */
export async function openDestination(
  { service }: Session,
  { out, manifest }: { out?: string | undefined; manifest?: string | undefined },
) {
  if (out === undefined && manifest !== undefined)
    throw new BadInput('--manifest lists the files of --out, so it requires --out <folder>.')
  if (manifest !== undefined) await checkFilePath('--manifest', manifest)
  return out === undefined ? undefined : { folder: await PdfFolder.open(service, out), manifest }
}

/** Runs a command and adds the hint set last to a failure that has none. */
export async function withHint(run: (setHint: (text: string) => void) => Promise<CommandResult>): Promise<CommandResult> {
  let hint = ''
  try {
    return await run((text) => {
      hint = text
    })
  } catch (error) {
    if (error instanceof CommandFailure) error.hint ??= [hint]
    throw error
  }
}

/** Says how to follow a batch that continues without this command. */
export function howToFollow(
  session: Session,
  input: { batchId: string; out?: string | undefined; manifest?: string | undefined },
): string {
  const { batchId, out, manifest } = input
  const options = [...(out === undefined ? [] : ['--out', out]), ...(manifest === undefined ? [] : ['--manifest', manifest])]
  const words = ['status', batchId, '--follow', ...options]
  return `The batch continues without this command. To follow it: ${session.commandLine(words)}`
}
