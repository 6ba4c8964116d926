// jsreport 4 ships no types; this is what the benchmark uses of it.
declare module '@jsreport/jsreport-core' {
  interface Reporter {
    use(extension: unknown): Reporter
    init(): Promise<unknown>
    render(request: { template: Record<string, unknown>; data: unknown }): Promise<{ content: Uint8Array }>
    close(): Promise<unknown>
  }
  export default function jsreport(options: Record<string, unknown>): Reporter
}

declare module '@jsreport/jsreport-chrome-pdf' {
  export default function chromePdf(): unknown
}

declare module '@jsreport/jsreport-handlebars' {
  export default function handlebars(): unknown
}
