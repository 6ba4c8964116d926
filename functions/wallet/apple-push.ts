import { type ClientHttp2Session, connect } from 'node:http2'
import { text } from 'node:stream/consumers'
import { type PassDevice, type PushOutcome, tryLater } from './pass-ticket.ts'
import type { AppleSettings } from './wallet-settings.ts'

const timeoutMs = 5000
/** How long APNs stores a push for a phone that is off. */
const keptSeconds = 30 * 86_400

/**
 * Notifies devices over one connection, authenticated by the certificate of the pass type, to fetch their passes.
 * A device is notified once, however many of its passes have changed. The outcomes are in the order of the devices.
 * Source: Apple, "Sending notification requests to APNs".
 */
export async function pushToDevices(settings: AppleSettings, devices: PassDevice[]): Promise<PushOutcome[]> {
  const { pushServer, privateKey, certificate, intermediate, passphrase } = settings
  const session = connect(pushServer, {
    ...{ key: privateKey, cert: `${certificate.trimEnd()}\n${intermediate}` },
    ...(passphrase === undefined ? {} : { passphrase }),
  })
  // Each request reports the error too.
  session.on('error', () => undefined)
  try {
    const outcomes = new Map<string, Promise<PushOutcome>>()
    return await Promise.all(
      devices.map(({ passType, pushToken }) => {
        if (passType !== settings.passTypeIdentifier) return tryLater('OtherPassType')
        const outcome = outcomes.get(pushToken) ?? push(session, passType, pushToken)
        outcomes.set(pushToken, outcome)
        return outcome
      }),
    )
  } finally {
    session.close()
  }
}

async function push(session: ClientHttp2Session, topic: string, pushToken: string): Promise<PushOutcome> {
  try {
    const request = session.request({
      ...{ ':method': 'POST', ':path': `/3/device/${pushToken}`, 'apns-topic': topic },
      // The wallet itself shows what has changed; background pushes have this priority.
      ...{ 'apns-push-type': 'background', 'apns-priority': '5' },
      'apns-expiration': String(Math.floor(Date.now() / 1000) + keptSeconds),
    })
    request.setTimeout(timeoutMs, () => request.destroy(new Error('TimedOut')))
    let status = 0
    let retryAfter: unknown
    request.on('response', (headers) => {
      status = Number(headers[':status'])
      retryAfter = headers['retry-after']
    })
    request.end('{}')
    const body = await text(request)
    return outcomeOf(status, /"reason"\s*:\s*"(\w+)"/.exec(body)?.[1] ?? '', retryAfter)
  } catch (error) {
    return tryLater(error instanceof Error && 'code' in error ? String(error.code) : 'Unreachable')
  }
}

/** Reads an answer of APNs. Source: Apple, "Handling notification responses from APNs". */
function outcomeOf(status: number, reason: string, retryAfter: unknown): PushOutcome {
  if (status === 200) return { outcome: 'told' }
  if (status === 410 || reason === 'BadDeviceToken') return { outcome: 'gone', reason }
  return tryLater(`${status} ${reason}`.trim(), retryAfter)
}
