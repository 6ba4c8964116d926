import { admit, type Door, type Outcome } from './admission.ts'
import { refreshKnowledge } from './door-knowledge.ts'
import { isPassRefused, uploadScans } from './scan-upload.ts'
import { NoAnswerError } from './service-calls.ts'
import { signal } from './signals.ts'
import { undoLastAdmission } from './undo.ts'
import * as view from './view.ts'

/** Is where tickets are presented. Guests are served one after the other; catching up with the service keeps none of them waiting. */
export interface PageController {
  take(text: string): void
  undo(): void
  /** Hands in what waits, and learns what is new. */
  catchUp(): Promise<void>
}

/** Says why a pass is good no more, where its time is over. */
export const pastItsTime = 'This door pass has expired.'

const admittedSeconds = 8

/** Makes the desk of a door, and shows what comes of everything. `onClosed` is called when the pass is good no more, with the reason. */
export function makePageController(door: Door, onClosed: (reason: string) => void): PageController {
  let serving: Promise<unknown> = Promise.resolve()
  let catchingUp: Promise<void> | undefined
  let exchange: Promise<unknown> = Promise.resolve()
  // What is being taken back must not be handed in meanwhile, nor the other way round.
  const alone = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const done = exchange.then(work)
    exchange = done.catch(() => undefined)
    return done
  }
  const explain = (error: unknown) => {
    if (isPassRefused(error)) return onClosed(error.message)
    if (!(error instanceof NoAnswerError)) console.error(error)
    view.showNote(error instanceof NoAnswerError ? 'This needs a network.' : 'This did not work: try again.')
  }
  const inTurn = (work: () => Promise<void>) => {
    serving = serving
      .then(work)
      .catch(explain)
      .then(() => showState(door))
  }
  const show = makeScreen(door, inTurn)
  return {
    take: (text) => inTurn(async () => show(await admit(door, text))),
    undo: () =>
      inTurn(async () => {
        const who = await alone(() => undoLastAdmission(door))
        view.clearVerdict()
        view.showNote(who ? `Taken back: ${who} may come in again.` : '')
      }),
    catchUp: () => {
      catchingUp ??= alone(() => catchUp(door))
        .catch((error) => {
          // Being out of reach is shown as such; there is nothing to be done by hand.
          if (!(error instanceof NoAnswerError)) explain(error)
        })
        .finally(() => {
          catchingUp = undefined
          if (door.pass.expiresAt <= new Date()) onClosed(pastItsTime)
          showState(door)
        })
      return catchingUp
    },
  }
}

async function catchUp(door: Door): Promise<void> {
  await uploadScans(door)
  await refreshKnowledge(door.service, door.memory)
}

/** Makes what shows an outcome; a green one goes by itself, so that it is not taken for the next guest's. */
function makeScreen({ memory }: Door, inTurn: (work: () => Promise<void>) => void) {
  let clearing: ReturnType<typeof setTimeout> | undefined
  const show = ({ verdict, letInAnyway }: Outcome) => {
    clearTimeout(clearing)
    view.showNote('')
    view.showVerdict(verdict, letInAnyway && (() => inTurn(async () => show({ verdict: letInAnyway() }))))
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
