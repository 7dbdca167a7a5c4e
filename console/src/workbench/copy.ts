import type { Result } from '../data/Result'

export interface Selection {
  top: number
  bottom: number
  left: number
  right: number
}

const MOST_CELLS = 2_000_000

/** A value as TSV has it: with quotes where it has a tab, a line end or quotes. */
export function tsv(value: string | null): string {
  if (value === null) {
    return ''
  }
  return /["\t\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

/** Copies the selected cells with the names of their columns; returns the number of rows. */
export async function copyRows(result: Result, { top, bottom, left, right }: Selection): Promise<number> {
  const rows = bottom - top + 1
  if (rows * (right - left + 1) > MOST_CELLS) {
    throw new Error('The selection has more than 2,000,000 cells. Export the result instead.')
  }
  const columns = Array.from({ length: right - left + 1 }, (_, column) => left + column)
  const single = rows === 1 && columns.length === 1
  const lines = single ? [] : [columns.map((column) => tsv(result.columns[column]!.name)).join('\t')]
  for (let row = top; row <= bottom; row++) {
    if (!result.find(row)) {
      await result.load(row)
    }
    const found = result.find(row)!
    lines.push(columns.map((column) => tsv(found.page.text(column, found.row))).join('\t'))
  }
  await navigator.clipboard.writeText(lines.join('\n'))
  return rows
}
