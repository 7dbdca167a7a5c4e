import type { Column } from '../data/Result'

export const KINDS = ['bar', 'line', 'scatter', 'histogram', 'heat map'] as const
export type PlotKind = (typeof KINDS)[number]

/** Columns by their positions; -1 for none. */
export interface PlotChoice {
  kind: PlotKind
  x: number
  y: number
  color: number
}

/** A plot that fits the types of the columns. */
export function defaultPlot(columns: readonly Pick<Column, 'kind'>[]): PlotChoice {
  const all = (kind: Column['kind']) => columns.flatMap((column, index) => (column.kind === kind ? [index] : []))
  const [numbers, times, texts] = [all('number'), all('time'), all('text')]
  const none = { y: 0, color: -1 }
  if (times.length && numbers.length) {
    return { kind: 'line', x: times[0]!, y: numbers[0]!, color: texts[0] ?? -1 }
  }
  if (texts.length && numbers.length) {
    return { kind: 'bar', x: texts[0]!, y: numbers[0]!, color: -1 }
  }
  if (numbers.length > 1) {
    return { kind: 'scatter', x: numbers[0]!, y: numbers[1]!, color: -1 }
  }
  if (texts.length > 1) {
    return { kind: 'heat map', x: texts[0]!, y: texts[1]!, color: -1 }
  }
  return { kind: 'histogram', x: numbers[0] ?? times[0] ?? texts[0] ?? 0, ...none }
}
