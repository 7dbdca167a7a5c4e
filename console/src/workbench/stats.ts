import type { Page } from '../data/Result'
import { number } from '../data/cells'
import type { ColumnKind } from '../data/types'

export interface Bin {
  label: string
  count: number
}

export interface Statistics {
  rows: number
  nulls: number
  distinct: number
  min: string | null
  max: string | null
  /** Equal ranges of numbers and times, else the most frequent values. */
  bins: Bin[]
  ranges: boolean
}

const BINS = 16
const TOP = 8

/** Statistics of a column of a page, all of whose rows are in memory. */
export function statistics(page: Page, column: number, kind: ColumnKind): Statistics {
  const counts = new Map<string, number>()
  const numbers: number[] = []
  let nulls = 0
  let low: [number, string] | null = null
  let high: [number, string] | null = null
  for (let row = 0; row < page.rows; row++) {
    const text = page.text(column, row)
    if (text === null) {
      nulls++
      continue
    }
    counts.set(text, (counts.get(text) ?? 0) + 1)
    const value = kind === 'number' || kind === 'time' ? number(...page.at(column, row)) : null
    if (value !== null) {
      numbers.push(value)
      low = !low || value < low[0] ? [value, text] : low
      high = !high || value > high[0] ? [value, text] : high
    }
  }
  const isOrdered = kind === 'number' || kind === 'time'
  const texts = isOrdered ? null : ends(counts.keys())
  return {
    rows: page.rows,
    nulls,
    distinct: counts.size,
    min: isOrdered ? (low?.[1] ?? null) : texts![0],
    max: isOrdered ? (high?.[1] ?? null) : texts![1],
    bins: isOrdered && low && high ? ranges(numbers, low[0], high[0]) : top(counts),
    ranges: isOrdered,
  }
}

function ends(texts: Iterable<string>): [string, string] | [null, null] {
  const all = [...texts]
  return all.length ? [all.reduce((a, b) => (b < a ? b : a)), all.reduce((a, b) => (b > a ? b : a))] : [null, null]
}

function ranges(numbers: number[], low: number, high: number): Bin[] {
  const width = (high - low) / BINS || 1
  const bins = Array.from({ length: high > low ? BINS : 1 }, (_, bin) => ({ label: `${short(low + bin * width)} to ${short(low + (bin + 1) * width)}`, count: 0 }))
  for (const value of numbers) {
    bins[Math.min(bins.length - 1, Math.floor((value - low) / width))]!.count++
  }
  return bins
}

const short = (value: number): string => String(Number(value.toPrecision(4)))

function top(counts: Map<string, number>): Bin[] {
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, TOP)
    .map(([label, count]) => ({ label, count }))
}
