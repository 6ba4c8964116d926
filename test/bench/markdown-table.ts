/** Writes a Markdown table; columns but the first are set to the right. */
export function writeTable(header: string[], rows: string[][]): string {
  const widths = header.map((title, column) =>
    Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0), title.length, 3),
  )
  const write = (row: string[]) => `| ${widths.map((width, column) => pad(row[column] ?? '', width, column === 0)).join(' | ')} |`
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [write(header), write(rule), ...rows.map(write), ''].join('\n')
}

function pad(text: string, width: number, isFirst: boolean): string {
  return isFirst ? text.padEnd(width) : text.padStart(width)
}
