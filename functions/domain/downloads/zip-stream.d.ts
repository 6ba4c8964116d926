declare module 'zip-stream' {
  import { Transform } from 'node:stream'

  /** The part of zip-stream 7 that the service uses. Source: its README. */
  export default class ZipStream extends Transform {
    constructor(options: { store: boolean })
    entry(content: Buffer, about: { name: string; date: Date }, callback: (error: Error | null) => void): void
    finish(): void
  }
}
