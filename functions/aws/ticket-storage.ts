import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { Upload as PartedUpload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { awsTimeouts, largeFileTimeouts, presignedSeconds } from '../contract/retries.ts'
import { PartUnavailableError } from '../errors.ts'

/** The ticket that a PDF belongs to. */
export interface PdfOwner {
  eventId: number
  ticketId: number
  ticketCode: string
}

/** An object that a caller has uploaded. */
export interface Upload {
  key: string
  etag: string | undefined
  bytes: number
  uploadedAt: Date
}

/** PDFs in S3, with short-lived URLs of them. Every method throws StorageUnavailableError. */
export interface TicketStorage {
  /** Stores a PDF and returns its key, which contains its hash: storing the same twice changes nothing. */
  store(owner: PdfOwner, pdf: Uint8Array): Promise<string>
  /** Stores the picture of a stored PDF beside it and returns its key; it is kept as long as the PDF. */
  storePicture(pdf: { key: string; ticketCode: string }, png: Uint8Array): Promise<string>
  /** Streams an object in parts, so that it need not fit into memory. It appears once complete. */
  storeStream(key: string, content: Readable, about: { type: string; disposition: string }): Promise<void>
  /** Reads an object; undefined when it does not exist. */
  read(key: string): Promise<Uint8Array | undefined>
  /** Returns whether an object is stored. */
  exists(key: string): Promise<boolean>
  /** Makes a presigned GET URL that lives five minutes. */
  presign(key: string): Promise<string>
  /**
   * Deletes the ticket's older files, except this PDF and its picture. Returns whether only these are left.
   */
  removeOthers(owner: Omit<PdfOwner, 'ticketCode'>, keep: { key: string | null; olderThanSeconds: number }): Promise<boolean>
  /**
   * Deletes all versions of all objects of a folder (`tickets/1/`) that were last changed before a time, except
   * those that `findKept` names of some keys.
   */
  removeFolder(folder: string, until: Date, findKept?: (keys: string[]) => Promise<string[]>): Promise<void>
  /** Makes a presigned PUT URL for an object of this type. */
  presignUpload(key: string, upload: { type: string; expiresSeconds: number }): Promise<string>
  /** Describes an uploaded object; undefined when it does not exist. */
  findUpload(key: string): Promise<Upload | undefined>
  /** Streams an uploaded object. Fails if it was replaced meanwhile. */
  readUpload(upload: Upload): AsyncIterable<Uint8Array>
  /** Asks S3 whether the bucket can be reached. */
  check(): Promise<void>
}

/** An error for an unavailable S3, or a bucket that does not exist. */
export class StorageUnavailableError extends PartUnavailableError {
  constructor(cause: unknown) {
    super('storage', 'STORAGE_UNAVAILABLE', cause)
  }
}

const partBytes = 8 * 1024 * 1024
const partsAtOnce = 2

/** Names the picture of a stored PDF by the PDF's key. */
export function pictureKeyOf(pdfKey: string): string {
  return pdfKey.replace(/\.pdf$/, '.png')
}

/** How to reach the bucket. Local substitutes for S3 need path-style URLs; presigned URLs begin with `publicUrl`, if given. */
interface StorageOptions {
  forcePathStyle: boolean
  publicUrl?: string | undefined
}

/** Opens the bucket. The file name of downloads is set at storing. */
export function openTicketStorage(bucket: string, { publicUrl, ...options }: StorageOptions): TicketStorage {
  const s3 = new S3Client({ ...options, requestHandler: awsTimeouts })
  const presigning = publicUrl ? new S3Client({ ...options, endpoint: publicUrl }) : s3
  // Connects at its first request, so that processes without downloads hold no extra connections.
  const largeFiles = new S3Client({ ...options, requestHandler: largeFileTimeouts })
  const at = (key: string) => ({ Bucket: bucket, Key: key })
  /**
   * Resolves to undefined for an object that is not stored. S3 answers 403 instead of 404 to callers that may not list
   * the bucket. Our functions may list only a folder of it, so a listing tells the two apart.
   */
  const unlessAbsent = async <T>(key: string, request: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await request()
    } catch (error) {
      if (error instanceof NoSuchKey || error instanceof NotFound) return undefined
      if (!(error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403)) throw error
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 }))
      if (Contents[0]?.Key === key) throw error
      return undefined
    }
  }
  const put = async (key: string, body: Uint8Array, { type, name }: { type: string; name: string }) => {
    const about = { ContentType: type, ContentDisposition: `inline; filename="${name}"` }
    await attempt(s3.send(new PutObjectCommand({ ...at(key), Body: body, ...about })))
  }
  return {
    async store(owner, pdf) {
      const hash = createHash('sha256').update(pdf).digest('hex').slice(0, 32)
      const key = `${folderOf(owner)}${hash}.pdf`
      await put(key, pdf, { type: 'application/pdf', name: `${owner.ticketCode}.pdf` })
      return key
    },
    async storePicture({ key, ticketCode }, png) {
      const pictureKey = pictureKeyOf(key)
      await put(pictureKey, png, { type: 'image/png', name: `${ticketCode}.png` })
      return pictureKey
    },
    async storeStream(key, content, { type, disposition }) {
      const faults: unknown[] = []
      content.once('error', (error) => faults.push(error))
      const params = { ...at(key), Body: content, ContentType: type, ContentDisposition: disposition }
      const upload = new PartedUpload({ client: largeFiles, params, partSize: partBytes, queueSize: partsAtOnce })
      await attempt(upload.done()).catch((error) => {
        throw faults[0] ?? error
      })
    },
    read: (key) =>
      attempt(unlessAbsent(key, async () => await (await s3.send(new GetObjectCommand(at(key)))).Body?.transformToByteArray())),
    exists: async (key) => (await attempt(unlessAbsent(key, () => s3.send(new HeadObjectCommand(at(key)))))) !== undefined,
    presign: (key) => attempt(getSignedUrl(presigning, new GetObjectCommand(at(key)), { expiresIn: presignedSeconds })),
    async removeOthers(owner, keep) {
      const youngest = Date.now() - keep.olderThanSeconds * 1000
      const { Contents = [] } = await attempt(s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: folderOf(owner) })))
      const kept = keep.key === null ? [] : [keep.key, pictureKeyOf(keep.key)]
      const others = Contents.filter(({ Key = '' }) => !kept.includes(Key))
      const old = others.filter(({ LastModified }) => LastModified && LastModified.getTime() < youngest)
      for (const { Key } of old) await attempt(s3.send(new DeleteObjectCommand({ Bucket: bucket, Key })))
      return old.length === others.length
    },
    async removeFolder(folder, until, findKept = async () => []) {
      for await (const listed of eachPage(s3, { Bucket: bucket, Prefix: folder })) {
        const old = listed.flatMap(({ Key, VersionId, LastModified }) =>
          Key && LastModified && LastModified < until ? [{ Key, ...(VersionId ? { VersionId } : {}) }] : [],
        )
        const kept = old.length > 0 ? new Set(await findKept(old.map(({ Key }) => Key))) : new Set()
        const Objects = old.filter(({ Key }) => !kept.has(Key))
        if (Objects.length === 0) continue
        const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } })
        const { Errors: [fault] = [] } = await attempt(s3.send(command))
        if (fault) throw new StorageUnavailableError(new Error(`S3 did not delete ${fault.Key}: ${fault.Code}`))
      }
    },
    presignUpload: (key, { type, expiresSeconds: expiresIn }) => {
      const command = new PutObjectCommand({ ...at(key), ContentType: type })
      return attempt(getSignedUrl(presigning, command, { expiresIn, signableHeaders: new Set(['content-type']) }))
    },
    async findUpload(key) {
      const head = s3.send(new HeadObjectCommand(at(key))).catch((error) => {
        // S3 answers 403 for an absent object to functions that may not list the folder.
        const isAbsent = error instanceof S3ServiceException && [403, 404].includes(error.$metadata.httpStatusCode ?? 0)
        if (!isAbsent) throw error
        return undefined
      })
      const found = await attempt(head)
      return found && { key, etag: found.ETag, bytes: found.ContentLength ?? 0, uploadedAt: found.LastModified ?? new Date() }
    },
    async *readUpload({ key, etag }) {
      try {
        const { Body } = await largeFiles.send(new GetObjectCommand({ ...at(key), IfMatch: etag }))
        if (!(Body instanceof Readable)) throw new Error(`S3 answered without the content of ${key}.`)
        yield* Body
      } catch (error) {
        throw new StorageUnavailableError(error)
      }
    },
    async check() {
      // S3 answers HEAD without a body, so the code NoSuchBucket is missing.
      await attempt(
        s3.send(new HeadBucketCommand({ Bucket: bucket })).catch((error) => {
          throw error instanceof NotFound ? Object.assign(error, { code: 'NoSuchBucket' }) : error
        }),
      )
    },
  }
}

/** An object, a version of it, or its deletion marker, as S3 lists them. */
interface Listed {
  Key?: string | undefined
  VersionId?: string | undefined
  LastModified?: Date | undefined
}

/** Lists the versions of all objects below a prefix page by page, then unversioned objects, which only local substitutes list. */
async function* eachPage(s3: S3Client, where: { Bucket: string; Prefix: string }): AsyncGenerator<Listed[]> {
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {}
  while (marker) {
    const page: ListObjectVersionsCommandOutput = await attempt(s3.send(new ListObjectVersionsCommand({ ...where, ...marker })))
    yield [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]
    marker = page.NextKeyMarker ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : undefined
  }
  let after: string | undefined = ''
  while (after !== undefined) {
    const page: ListObjectsV2CommandOutput = await attempt(
      s3.send(new ListObjectsV2Command({ ...where, ...(after ? { StartAfter: after } : {}) })),
    )
    yield page.Contents ?? []
    after = page.IsTruncated ? page.Contents?.at(-1)?.Key : undefined
  }
}

function folderOf({ eventId, ticketId }: Omit<PdfOwner, 'ticketCode'>): string {
  return `tickets/${eventId}/${ticketId}/`
}

async function attempt<T>(request: Promise<T>): Promise<T> {
  return await request.catch((error) => {
    throw new StorageUnavailableError(error)
  })
}
