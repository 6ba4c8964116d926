import { admit, type Door, type Outcome } from './admission.ts'
import { refreshKnowledge } from './door-knowledge.ts'
import { isPassRefused, uploadScans } from './scan-upload.ts'
import { NoResponseError, RefusedError } from './service-calls.ts'
import { signal } from './signals.ts'
import { undoLastAdmission } from './undo.ts'
import * as view from './view.ts'

/** The actions of the door page. Guests are served in turn; syncing runs concurrently. */
export interface PageController {
  admit(text: string): void
  undo(): void
  /** Uploads waiting scans, then fetches new keys and revocations. */
  sync(): Promise<void>
}

/** The reason for closing a door whose pass has expired. */
export const expiredPass = 'This door pass has expired.'

const admittedSeconds = 8

/** Makes the controller of a door's page. `onClosed` gets the reason why the pass is no longer valid. */
export function makePageController(door: Door, onClosed: (reason: string) => void): PageController {
  let serving: Promise<unknown> = Promise.resolve()
  let syncing: Promise<void> | undefined
  let exchange: Promise<unknown> = Promise.resolve()
  // An admission must not be undone while it is being uploaded.
  const exclusively = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const done = exchange.then(work)
    exchange = done.catch(() => undefined)
    return done
  }
  const explain = (error: unknown) => {
    if (isPassRefused(error)) return onClosed(error.message)
    if (!(error instanceof NoResponseError)) console.error(error)
    if (error instanceof RefusedError) return view.showNote(error.message)
    view.showNote(error instanceof NoResponseError ? 'This requires a network connection.' : 'Something went wrong. Try again.')
  }
  const enqueue = (work: () => Promise<void>) => {
    serving = serving
      .then(work)
      .catch(explain)
      .then(() => showState(door))
  }
  const show = makeScreen(door, enqueue)
  return {
    admit: (text) => enqueue(async () => show(await admit(door, text))),
    undo: () =>
      enqueue(async () => {
        const who = await exclusively(() => undoLastAdmission(door))
        view.clearVerdict()
        view.showNote(who ? `Undone: ${who} can be admitted again.` : '')
      }),
    sync: () => {
      syncing ??= exclusively(() => sync(door))
        .catch((error) => {
          // The network status already shows that the service is unreachable.
          if (!(error instanceof NoResponseError)) explain(error)
        })
        .finally(() => {
          syncing = undefined
          if (door.pass.expiresAt <= new Date()) onClosed(expiredPass)
          showState(door)
        })
      return syncing
    },
  }
}

async function sync(door: Door): Promise<void> {
  await uploadScans(door)
  await refreshKnowledge(door.service, door.memory)
}

/** Makes the function that shows outcomes. An admission clears itself before the next guest comes. */
function makeScreen({ memory }: Door, enqueue: (work: () => Promise<void>) => void) {
  let clearing: ReturnType<typeof setTimeout> | undefined
  const show = ({ verdict, letInAnyway }: Outcome) => {
    clearTimeout(clearing)
    view.showNote('')
    view.showVerdict(verdict, letInAnyway && (() => enqueue(async () => show({ verdict: letInAnyway() }))))
    signal(verdict.kind, { isSoundOn: memory.read('sound', true) })
    if (verdict.kind !== 'unsure') memory.count(verdict.kind, 1)
    if (verdict.kind === 'admitted') clearing = setTimeout(view.clearVerdict, admittedSeconds * 1000)
  }
  return show
}

function showState({ service, memory }: Door): void {
  view.showNetwork(service.isReachable())
  view.showCounts({ ...memory.counts(), waiting: memory.waiting().length })
  view.showConcerns(memory.concerns())
  view.showUndo(memory.lastAdmission()?.who ?? null)
}
