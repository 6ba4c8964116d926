import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { PassService } from '../trust/guest-links.ts'
import { describePass } from './apple-content.ts'
import { pushToDevices } from './apple-push.ts'
import { makeDetachedSigner } from './detached-signature.ts'
import type { PassDevice, PassTicket, PushOutcome } from './pass-ticket.ts'
import type { AppleSettings } from './wallet-settings.ts'

/** A file of a pass. */
export interface PassFile {
  name: string
  content: Buffer
}

/** Makes passes for Apple Wallet, and notifies the devices that hold them. */
export interface ApplePasses {
  /** Makes and signs the files of a ticket's pass; a .pkpass is a ZIP archive of them. Without a service the pass never updates. */
  make(ticket: PassTicket, service?: PassService): PassFile[]
  /** Notifies devices that passes have changed; outcomes are in the order of the devices. */
  push(devices: PassDevice[]): Promise<PushOutcome[]>
}

/**
 * Opens the maker of passes, which parses key and certificates once. `images` must include the icon.
 * Source: Apple, "Wallet Passes" and "Building a Pass". @throws Error if key and certificate do not match.
 */
export function openApplePasses(settings: AppleSettings, images: readonly PassFile[]): ApplePasses {
  const sign = makeDetachedSigner(settings)
  const hash = ({ name, content }: PassFile) => [name, sha1(content)]
  const hashedImages = images.map(hash)
  return {
    push: (devices) => pushToDevices(settings, devices),
    make(ticket, service) {
      const content = Buffer.from(JSON.stringify({ ...describePass(settings, ticket), ...service }))
      const pass = { name: 'pass.json', content }
      const branded = brandImages(ticket, images)
      const hashes = [hash(pass), ...(branded?.map(hash) ?? hashedImages)]
      const manifest = Buffer.from(JSON.stringify(Object.fromEntries(hashes)))
      return [
        pass,
        ...(branded ?? images),
        { name: 'manifest.json', content: manifest },
        { name: 'signature', content: sign(manifest) },
      ]
    },
  }
}

/** Hashes a file for the manifest, which requires SHA-1. Trust rests on the signature, not on these hashes. */
function sha1(content: Buffer): string {
  return createHash('sha1').update(content).digest('hex')
}

/** Replaces the service's logo by the event's, in all resolutions; undefined without one. */
function brandImages({ branding }: PassTicket, images: readonly PassFile[]): PassFile[] | undefined {
  const [, logo] = /^data:image\/png;base64,(.+)$/.exec(branding?.passLogo ?? branding?.logo ?? '') ?? []
  if (logo === undefined) return undefined
  const content = Buffer.from(logo, 'base64')
  return images.map((image) => (image.name.startsWith('logo') ? { name: image.name, content } : image))
}

/** Reads the images that every pass carries. */
export async function readPassImages(): Promise<PassFile[]> {
  const folder = path.join(import.meta.dirname, 'images')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.png')).sort()
  return await Promise.all(names.map(async (name) => ({ name, content: await readFile(path.join(folder, name)) })))
}
