import * as Plot from '@observablehq/plot'
import { useEffect, useMemo, useRef, useState } from 'react'
import { number } from '../data/cells'
import type { Result } from '../data/Result'
import { clean, cut } from '../ui/clean'
import { count } from '../ui/format'
import { defaultPlot, KINDS, type PlotChoice, type PlotKind } from './plots'

const MOST_ROWS = 20_000
const MOST_BARS = 60

interface Datum {
  x: number | string | Date | null
  y: number | string | Date | null
  color: string | null
}

/** A plot of the rows in memory. */
export default function PlotView({ result }: { result: Result }) {
  const [choice, setChoice] = useState<PlotChoice>(() => defaultPlot(result.columns))
  const host = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(800)
  const rows = Math.min(result.first.rows, MOST_ROWS)
  const data = useMemo(() => read(result, choice, rows), [result, choice, rows])

  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(320, entry!.contentRect.width)))
    observer.observe(host.current!)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    const plot = draw(data, choice, result, width)
    // The policy of the page allows no style in its text; plot.css has these rules.
    plot.querySelectorAll('style').forEach((style) => style.remove())
    // The plot is one image for screen readers, with the label of its host.
    plot.querySelectorAll('[aria-label]').forEach((part) => part.removeAttribute('aria-label'))
    host.current!.replaceChildren(plot)
  }, [data, choice, result, width])

  const set = (part: Partial<PlotChoice>) => setChoice({ ...choice, ...part })
  const names = result.columns.map(({ name }) => cut(clean(name), 60))
  const colors = [...new Set(data.map(({ color }) => color).filter((color) => color !== null))].slice(0, 10)
  return (
    <div className="plot-view">
      <div className="plot-form">
        <label className="inline">Plot<select value={choice.kind} onChange={(event) => set({ kind: event.target.value as PlotKind })}>{KINDS.map((kind) => <option key={kind}>{kind}</option>)}</select></label>
        <Pick label="X" names={names} value={choice.x} onChange={(x) => set({ x })} />
        {choice.kind !== 'histogram' && <Pick label="Y" names={names} value={choice.y} onChange={(y) => set({ y })} />}
        {choice.kind !== 'heat map' && <Pick label="Colour" names={names} value={choice.color} optional onChange={(color) => set({ color })} />}
        <span className="hint">{rows < result.rows ? `The first ${count(rows)} of ${count(result.rows)} rows.` : ''}</span>
      </div>
      {choice.color >= 0 && choice.kind !== 'heat map' && (
        <ul className="legend">
          {colors.map((color, at) => <li key={color}><svg width="10" height="10" aria-hidden="true"><circle cx="5" cy="5" r="5" fill={PALETTE[at % PALETTE.length]} /></svg><bdi>{color}</bdi></li>)}
        </ul>
      )}
      <div ref={host} className="plot-host" role="img" aria-label={`${choice.kind} of ${names[choice.x] ?? ''}${choice.kind === 'histogram' ? '' : ` and ${names[choice.y] ?? ''}`}`} />
    </div>
  )
}

function Pick({ label, names, value, optional = false, onChange }: { label: string; names: string[]; value: number; optional?: boolean; onChange: (value: number) => void }) {
  return (
    <label className="inline">
      {label}
      <select value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {optional && <option value={-1}>none</option>}
        {names.map((name, index) => <option key={index} value={index}>{name}</option>)}
      </select>
    </label>
  )
}

const PALETTE = ['#c2255c', '#1c7ed6', '#2b8a3e', '#e67700', '#7048e8', '#0c8599', '#a61e4d', '#5c940d', '#495057', '#d6336c']

function read(result: Result, { x, y, color }: PlotChoice, rows: number): Datum[] {
  const value = (column: number, row: number) => {
    const kind = result.columns[column]?.kind
    if (!kind) {
      return null
    }
    if (kind === 'number' || kind === 'time') {
      const parsed = number(...result.first.at(column, row))
      return parsed !== null && kind === 'time' ? new Date(parsed) : parsed
    }
    const text = result.first.text(column, row)
    return text === null ? null : cut(clean(text), 40)
  }
  return Array.from({ length: rows }, (_, row) => ({ x: value(x, row), y: value(y, row), color: color < 0 ? null : cut(clean(result.first.text(color, row) ?? 'null'), 40) }))
}

function draw(data: Datum[], choice: PlotChoice, result: Result, width: number): Element {
  const shown = choice.kind === 'bar' ? data.slice(0, MOST_BARS) : data
  const domain = [...new Set(shown.map(({ color }) => color).filter((color) => color !== null))].slice(0, 10)
  const fill = choice.color >= 0 ? 'color' : PALETTE[0]!
  const name = (column: number) => cut(clean(result.columns[column]?.name ?? ''), 60)
  const texts = result.columns[choice.x]?.kind === 'text'
  const marks: Record<PlotKind, () => Plot.Markish[]> = {
    bar: () => [Plot.barY(shown, { x: 'x', y: 'y', fill, inset: 0.5 }), Plot.ruleY([0])],
    line: () => [Plot.lineY(shown, { x: 'x', y: 'y', stroke: fill, ...(choice.color >= 0 ? { z: 'color' } : {}), sort: 'x' }), Plot.dot(shown, { x: 'x', y: 'y', fill, r: shown.length > 200 ? 0 : 2.5 })],
    scatter: () => [Plot.dot(shown, { x: 'x', y: 'y', fill, r: 3, fillOpacity: 0.7 })],
    histogram: () => [texts ? Plot.barY(shown, Plot.groupX({ y: 'count' }, { x: 'x', fill })) : Plot.rectY(shown, Plot.binX<Plot.RectYOptions>({ y: 'count' }, { x: 'x', fill })), Plot.ruleY([0])],
    'heat map': () => [Plot.cell(shown, Plot.group({ fill: 'count' }, { x: 'x', y: 'y', inset: 0.5 }))],
  }
  const band = choice.kind === 'bar' || choice.kind === 'heat map' || (choice.kind === 'histogram' && texts)
  return Plot.plot({
    width,
    height: Math.max(260, Math.min(460, width * 0.45)),
    marginLeft: 64,
    marginBottom: band ? 72 : 42,
    className: 'plot',
    x: { label: name(choice.x), ...(band ? { type: 'band', tickRotate: -30 } : {}) } as Plot.ScaleOptions,
    y: { label: choice.kind === 'histogram' ? 'rows' : name(choice.y), grid: choice.kind !== 'heat map', ...(choice.kind === 'heat map' ? { type: 'band' as const } : {}) },
    color: choice.kind === 'heat map' ? { scheme: 'RdPu' } : { domain: domain as string[], range: PALETTE },
    marks: marks[choice.kind](),
  })
}
