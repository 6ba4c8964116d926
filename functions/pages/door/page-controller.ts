import type { ListedGuest } from '../../trust/guest-list.ts'
import { admit, admitGuest, type Door, type Outcome } from './admission.ts'
import { readKeys, refreshKnowledge } from './door-knowledge.ts'
import { isPassRefused, uploadScans } from './scan-upload.ts'
import { NoResponseError, RefusedError } from './service-calls.ts'
import { signal } from './signals.ts'
import { undoLastAdmission } from './undo.ts'
import { clearVerdict, showVerdict } from './verdict-view.ts'
import * as view from './view.ts'
import type { Word } from './words.ts'

/** The actions of the door page. Guests are served in turn; syncing runs concurrently. */
export interface PageController {
  admit(text: string): void
  /** Admits a guest who was found by name. */
  admitGuest(guest: ListedGuest): void
  undo(): void
  /** Uploads waiting scans, then fetches new keys, revocations and guests. */
  sync(): Promise<void>
}

const admittedSeconds = 8

/** Makes the controller of a door's page. `onClosed` gets the reason why the pass is no longer valid. */
export function makePageController(door: Door, onClosed: (reason: Word) => void): PageController {
  let isClosed = false
  const close = (reason: Word) => {
    isClosed = true
    onClosed(reason)
  }
  // A closed door must not reappear.
  const showUnlessClosed = () => {
    if (!isClosed) showState(door)
  }
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
    if (isPassRefused(error)) return close(door.pass.expiresAt <= new Date() ? 'pass_expired' : 'pass_withdrawn')
    if (error instanceof NoResponseError) return view.showNote('needs_network')
    console.error(error)
    const code = error instanceof RefusedError && error.code
    view.showNote(code ? { word: 'request_refused', values: { code } } : 'went_wrong')
  }
  const enqueue = (work: () => Promise<void>) => {
    serving = serving.then(work).catch(explain).then(showUnlessClosed)
  }
  const show = makeScreen(door, enqueue)
  return {
    admit: (text) => enqueue(async () => show(await admit(door, text))),
    admitGuest: (guest) => enqueue(async () => show(await admitGuest(door, guest))),
    undo: () =>
      enqueue(async () => {
        const who = await exclusively(() => undoLastAdmission(door))
        clearVerdict()
        view.showNote(who === null ? null : who ? { word: 'undone', values: { who } } : 'undone_last')
      }),
    sync: () => {
      syncing ??= exclusively(() => sync(door))
        .catch((error) => {
          // The network status already shows that the service is unreachable.
          if (!(error instanceof NoResponseError)) explain(error)
        })
        .finally(() => {
          syncing = undefined
          if (door.pass.expiresAt <= new Date()) close('pass_expired')
          showUnlessClosed()
        })
      return syncing
    },
  }
}

async function sync(door: Door): Promise<void> {
  const { service, memory } = door
  try {
    await uploadScans(door)
  } finally {
    // A failed upload must not also leave the door with outdated knowledge.
    await refreshKnowledge(service, memory)
    const keys = readKeys(memory)
    if (keys) await door.guests?.sync(service, keys)
  }
}

/** Makes the function that shows outcomes. An admission clears itself before the next guest comes. */
function makeScreen({ memory }: Door, enqueue: (work: () => Promise<void>) => void) {
  let clearing: ReturnType<typeof setTimeout> | undefined
  const show = ({ verdict, letInAnyway }: Outcome) => {
    clearTimeout(clearing)
    view.showNote(null)
    const notice = verdict.kind === 'refused' ? null : view.eventNotice(memory.event())
    showVerdict({ verdict, notice, letIn: letInAnyway && (() => enqueue(async () => show({ verdict: letInAnyway() }))) })
    signal(verdict.kind)
    const isCounted = verdict.kind === 'refused' || (verdict.kind === 'admitted' && verdict.headline !== 'headline_exited')
    if (isCounted) memory.count(verdict.kind === 'refused' ? 'refused' : 'admitted', 1)
    if (verdict.kind === 'admitted') clearing = setTimeout(clearVerdict, admittedSeconds * 1000)
  }
  return show
}

function showState({ pass, service, memory }: Door): void {
  view.showPlace(pass, memory.event())
  view.showNetwork(service.isReachable())
  view.showCounts({ ...memory.counts(), waiting: memory.waiting().length })
  view.showConcerns(memory.concerns())
  const last = memory.lastAdmission()
  view.showUndo(last && (last.name || last.ticketCode || ''))
}
