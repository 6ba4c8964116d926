import { readSettings } from './device-settings.ts'
import type { Verdict } from './verdict.ts'

/** The sound and vibration of each verdict. They differ in pitch, rhythm and length. */
const signals: Record<Verdict['kind'], { hertz: number[]; seconds: number; vibration: number[] }> = {
  admitted: { hertz: [880, 1318], seconds: 0.12, vibration: [60] },
  refused: { hertz: [196, 156], seconds: 0.28, vibration: [250, 90, 250] },
  unsure: { hertz: [523, 523, 523], seconds: 0.1, vibration: [90, 60, 90, 60, 90] },
  repeated: { hertz: [660], seconds: 0.08, vibration: [30, 60, 30] },
}

let audio: AudioContext | undefined

/** Signals a verdict by sound and vibration as set; browsers are silent before the first interaction. */
export function signal(kind: Verdict['kind']): void {
  const { isSoundOn, isVibrationOn } = readSettings()
  const { hertz, seconds, vibration } = signals[kind]
  if (!navigator.userActivation?.hasBeenActive) return
  if (isVibrationOn) navigator.vibrate?.(vibration)
  if (!isSoundOn) return
  audio ??= new AudioContext()
  const begin = audio.currentTime
  for (const [index, frequency] of hertz.entries()) playNote(audio, { frequency, seconds, at: begin + index * seconds })
}

function playNote(context: AudioContext, { frequency, seconds, at }: { frequency: number; seconds: number; at: number }): void {
  const tone = context.createOscillator()
  const volume = context.createGain()
  tone.frequency.value = frequency
  volume.gain.setValueAtTime(0.25, at)
  volume.gain.exponentialRampToValueAtTime(0.001, at + seconds)
  tone.connect(volume).connect(context.destination)
  tone.start(at)
  tone.stop(at + seconds)
}
