import type { GuestLinks } from '../../trust/guest-links.ts'
import { type FileClients, findFreshPdf } from './fresh-pdf.ts'
import { type LinkRequest, openLink } from './open-link.ts'

/**
 * Returns a presigned URL of the PDF behind a guest link; an outdated or missing PDF is printed anew.
 * @throws What `openLink` and `findFreshPdf` throw.
 */
export async function openPdf(clients: FileClients & { links: GuestLinks }, request: LinkRequest): Promise<string> {
  return await clients.storage.presign(await findFreshPdf(clients, await openLink(clients, 'pdf', request)))
}
