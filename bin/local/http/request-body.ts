import type { IncomingMessage } from 'node:http'

/** Reads a request's body into memory, up to a limit. "aborted" means that the client disconnected. */
export function readBody(request: IncomingMessage, maximumBytes: number): Promise<Buffer | 'too large' | 'aborted'> {
  if (Number(request.headers['content-length']) > maximumBytes) return Promise.resolve('too large')
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const onData = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= maximumBytes) return void chunks.push(chunk)
      request.off('data', onData).pause()
      resolve('too large')
    }
    request.on('data', onData)
    request.once('end', () => resolve(Buffer.concat(chunks)))
    request.once('error', () => resolve('aborted'))
    request.once('close', () => resolve('aborted'))
  })
}
