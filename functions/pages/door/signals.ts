import type { Verdict } from './verdict.ts'

const notes: Record<Verdict['kind'], { hertz: number[]; vibration: number[] }> = {
  admitted: { hertz: [880, 1318], vibration: [60] },
  refused: { hertz: [233, 175], vibration: [220, 90, 220] },
  unsure: { hertz: [440, 440], vibration: [120, 60, 120] },
}

const noteSeconds = 0.12
let audio: AudioContext | undefined

/** Signals a verdict by sound and vibration; browsers are silent before the first interaction. */
export function signal(kind: Verdict['kind'], { isSoundOn }: { isSoundOn: boolean }): void {
  const { hertz, vibration } = notes[kind]
  navigator.vibrate?.(vibration)
  if (!isSoundOn || !navigator.userActivation?.hasBeenActive) return
  audio ??= new AudioContext()
  const begin = audio.currentTime
  for (const [index, frequency] of hertz.entries()) playNote(audio, frequency, begin + index * noteSeconds)
}

function playNote(context: AudioContext, frequency: number, at: number): void {
  const tone = context.createOscillator()
  const volume = context.createGain()
  tone.frequency.value = frequency
  volume.gain.setValueAtTime(0.25, at)
  volume.gain.exponentialRampToValueAtTime(0.001, at + noteSeconds)
  tone.connect(volume).connect(context.destination)
  tone.start(at)
  tone.stop(at + noteSeconds)
}
