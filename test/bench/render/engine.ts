import type { BenchTicket } from './tickets.ts'

/** What every engine may use: one Chromium and one set of fonts for all, so that only the way of using them differs. */
export interface EngineSettings {
  /** The template's file, for engines that take HTML. */
  templateFile: string
  executable: string
  environment: Record<string, string>
  /** A folder of TrueType files, for engines without a browser. */
  fontFolder: string
  temporaryFolder: string
}

/** One way of making tickets, warm in its own process. */
export interface Engine {
  /** Makes one PDF a ticket, in order: fills the layout, draws the QR code, prints. */
  print(tickets: BenchTicket[]): Promise<Uint8Array[]>
  close(): Promise<void>
}

/** Opens an engine; each module named in ways.ts exports one as `open`. */
export type OpenEngine = (settings: EngineSettings) => Promise<Engine>
