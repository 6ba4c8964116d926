import * as z from 'zod'
import { type Destination, followBatch } from './batch-follower.ts'
import { summarize } from './batch-summary.ts'
import { BadInput, CommandFailure } from './failures.ts'
import { PdfFolder } from './pdf-folder.ts'
import type { CommandResult } from './report.ts'
import type { Session } from './session.ts'
import { checkPlace } from './whole-file.ts'

/** The options that say where the files of a batch go. */
export const destinationOptions = {
  out: z.string().min(1, 'must name a folder').optional(),
  manifest: z.string().min(1, 'must name a file').optional(),
}

/** A batch to follow, and where its files go. */
export interface FollowedBatch {
  batchId: string
  destination: Destination | undefined
}

/** Follows a batch to its end and sums it up. @throws what followBatch throws. */
export async function followToSummary(session: Session, { batchId, destination }: FollowedBatch) {
  const outcome = await followBatch({ ...session, batchId, destination })
  const summary = summarize(outcome, session.commandLine(['retry', batchId]))
  return { ...summary, generatedCount: outcome.status.generatedCount }
}

/**
 * Opens the folder of --out.
 * @throws BadInput when it or the place of the manifest cannot be used, or there is a manifest without it.
 */
export async function openDestination(
  { service }: Session,
  { out, manifest }: { out?: string | undefined; manifest?: string | undefined },
) {
  if (out === undefined && manifest !== undefined)
    throw new BadInput('--manifest lists the files of --out, so it needs --out <folder>.')
  if (manifest !== undefined) await checkPlace('--manifest', manifest)
  return out === undefined ? undefined : { folder: await PdfFolder.open(service, out), manifest }
}

/** Adds to any failure the sentence on how to go on that holds at the time. */
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

/** Writes how to follow a batch that goes on without this command. */
export function howToFollow(
  session: Session,
  input: { batchId: string; out?: string | undefined; manifest?: string | undefined },
): string {
  const { batchId, out, manifest } = input
  const wanted = [...(out === undefined ? [] : ['--out', out]), ...(manifest === undefined ? [] : ['--manifest', manifest])]
  const words = ['status', batchId, '--follow', ...wanted]
  return `The batch goes on without this command. To follow it: ${session.commandLine(words)}`
}
