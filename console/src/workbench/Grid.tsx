import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useReducer, useRef, useState } from 'react'
import type { Result } from '../data/Result'
import { clean, cut } from '../ui/clean'
import { Dialog } from '../ui/Dialog'
import { toast, toastError } from '../ui/toasts'
import { copyRows } from './copy'

const ROW_HEIGHT = 26
const HEADER_HEIGHT = 44
const CELL_LENGTH = 300
const SAMPLE = 100

interface Cell {
  row: number
  column: number
}

/** The rows of a result. Only those in sight are in the page; the others are fetched when they come in sight. */
export function Grid({ result, label }: { result: Result; label: string }) {
  const scroller = useRef<HTMLDivElement>(null)
  const [, repaint] = useReducer((count: number) => count + 1, 0)
  const [active, setActive] = useState<Cell>({ row: 0, column: 0 })
  const [anchor, setAnchor] = useState<Cell>({ row: 0, column: 0 })
  const [expanded, setExpanded] = useState<Cell | null>(null)
  const widths = useMemo(() => columnWidths(result), [result])
  const numbers = String(result.shownRows).length * 8 + 24

  const rows = useVirtualizer({
    count: result.shownRows,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollPaddingStart: HEADER_HEIGHT,
  })
  const columns = useVirtualizer({
    horizontal: true,
    count: result.columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (column) => widths[column]!,
    overscan: 3,
    scrollPaddingStart: numbers,
  })

  const shownRows = rows.getVirtualItems()
  const shownColumns = columns.getVirtualItems()
  const firstRow = shownRows[0]?.index ?? 0
  const lastRow = shownRows.at(-1)?.index ?? 0

  useEffect(() => {
    let wanted = true
    // A fast scroll passes pages that nobody looks at.
    const timer = setTimeout(() => {
      for (const row of new Set([firstRow, lastRow])) {
        if (result.rows > 0 && !result.find(row)) {
          result.load(row).then(() => wanted && repaint(), (error) => wanted && toastError(error))
        }
      }
    }, 60)
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [result, firstRow, lastRow])

  const move = (cell: Cell, extend: boolean) => {
    const to = {
      row: Math.min(Math.max(cell.row, 0), result.shownRows - 1),
      column: Math.min(Math.max(cell.column, 0), result.columns.length - 1),
    }
    setActive(to)
    if (!extend) {
      setAnchor(to)
    }
    rows.scrollToIndex(to.row)
    columns.scrollToIndex(to.column)
  }

  const press = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current!.clientHeight - HEADER_HEIGHT) / ROW_HEIGHT) - 1)
    const { row, column } = active
    const jump = event.ctrlKey || event.metaKey
    const targets: Record<string, Cell> = {
      ArrowDown: { row: jump ? result.shownRows : row + 1, column },
      ArrowUp: { row: jump ? 0 : row - 1, column },
      ArrowRight: { row, column: jump ? result.columns.length : column + 1 },
      ArrowLeft: { row, column: jump ? 0 : column - 1 },
      PageDown: { row: row + page, column },
      PageUp: { row: row - page, column },
      Home: { row: jump ? 0 : row, column: 0 },
      End: { row: jump ? result.shownRows : row, column: result.columns.length },
    }
    const target = targets[event.key]
    if (target) {
      move(target, event.shiftKey)
    } else if (event.key === 'Enter') {
      setExpanded(active)
    } else if (jump && event.key === 'c') {
      copy()
    } else if (jump && event.key === 'a') {
      setAnchor({ row: 0, column: 0 })
      setActive({ row: result.shownRows - 1, column: result.columns.length - 1 })
    } else {
      return
    }
    event.preventDefault()
  }

  const selection = {
    top: Math.min(active.row, anchor.row),
    bottom: Math.max(active.row, anchor.row),
    left: Math.min(active.column, anchor.column),
    right: Math.max(active.column, anchor.column),
  }
  const isSelected = (row: number, column: number) =>
    row >= selection.top && row <= selection.bottom && column >= selection.left && column <= selection.right

  const copy = () => {
    copyRows(result, selection).then((rows) => toast(`Copied ${rows} ${rows === 1 ? 'row' : 'rows'}.`), toastError)
  }

  const cellOf = (event: MouseEvent): Cell | null => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-cell]')
    const [row, column] = cell?.dataset['cell']?.split(',').map(Number) ?? []
    return row === undefined || column === undefined ? null : { row, column }
  }

  return (
    <>
      <div
        ref={scroller}
        className="grid"
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-rowcount={result.rows + 1}
        aria-colcount={result.columns.length + 1}
        aria-activedescendant={result.rows > 0 ? `cell-${active.row}-${active.column}` : undefined}
        aria-multiselectable="true"
        onKeyDown={press}
        onMouseDown={(event) => {
          const cell = cellOf(event)
          if (cell && event.button === 0) {
            setActive(cell)
            if (!event.shiftKey) {
              setAnchor(cell)
            }
          }
        }}
        onMouseOver={(event) => {
          const cell = event.buttons === 1 ? cellOf(event) : null
          if (cell) {
            setActive(cell)
          }
        }}
        onDoubleClick={(event) => setExpanded(cellOf(event))}
      >
        <div role="row" aria-rowindex={1} className="grid-head" style={{ width: numbers + columns.getTotalSize() }}>
          <div role="columnheader" className="grid-number" style={{ width: numbers }}>#</div>
          {shownColumns.map(({ index, start, size }) => {
            const column = result.columns[index]!
            return (
              <div key={index} role="columnheader" aria-colindex={index + 2} className={`grid-header ${column.kind}`} style={{ left: numbers + start, width: size }} title={`${clean(column.name)}\n${column.type}`}>
                <bdi className="grid-name">{cut(clean(column.name), CELL_LENGTH)}</bdi>
                <span className="grid-type">{column.type}</span>
              </div>
            )
          })}
        </div>
        <div className="grid-body" role="rowgroup" style={{ height: rows.getTotalSize(), width: numbers + columns.getTotalSize() }}>
          {shownRows.map(({ index: row, start }) => {
            const found = result.find(row)
            return (
              <div key={row} role="row" aria-rowindex={row + 2} className={row % 2 ? 'grid-row odd' : 'grid-row'} style={{ transform: `translateY(${start}px)` }}>
                <div role="rowheader" className="grid-number" style={{ width: numbers }}>{row + 1}</div>
                {shownColumns.map(({ index: column, start: left, size }) => {
                  const value = found ? found.page.text(column, found.row) : undefined
                  const classes = ['grid-cell', result.columns[column]!.kind]
                  if (isSelected(row, column)) classes.push('selected')
                  if (active.row === row && active.column === column) classes.push('active')
                  return (
                    <div key={column} id={`cell-${row}-${column}`} role="gridcell" aria-colindex={column + 2} aria-selected={isSelected(row, column)} data-cell={`${row},${column}`} className={classes.join(' ')} style={{ left: numbers + left, width: size }}>
                      {value === undefined ? <span className="pending">···</span> : value === null ? <span className="null">null</span> : <bdi>{clean(cut(value, CELL_LENGTH))}</bdi>}
                    </div>
                  )
                })}
              </div>
            )
          })}
        </div>
      </div>
      {expanded && <Expanded result={result} cell={expanded} onClose={() => (setExpanded(null), scroller.current?.focus())} />}
    </>
  )
}

const PART = 100_000

function Expanded({ result, cell, onClose }: { result: Result; cell: Cell; onClose: () => void }) {
  const [shown, setShown] = useState(PART)
  const found = result.find(cell.row)
  const value = found?.page.text(cell.column, found.row) ?? null
  const { name, type } = result.columns[cell.column]!
  return (
    <Dialog title={`${clean(name)}, row ${cell.row + 1}`} onClose={onClose}>
      <p className="hint">{type}{value !== null && <> · {value.length.toLocaleString('en-US')} characters</>}</p>
      <pre className="cell-value" tabIndex={0} aria-label="Value"><bdi>{value === null ? 'null' : clean(cut(value, shown))}</bdi></pre>
      <div className="actions">
        {value !== null && value.length > shown && <button onClick={() => setShown(shown + PART)}>Show more</button>}
        <button onClick={() => navigator.clipboard.writeText(value ?? '').then(() => toast('Copied the value.'), toastError)}>Copy</button>
      </div>
    </Dialog>
  )
}

function columnWidths(result: Result): number[] {
  return result.columns.map(({ name, type }, column) => {
    let longest = Math.max(name.length + 1, Math.min(type.length, 26))
    for (let row = 0; row < Math.min(SAMPLE, result.first.rows); row++) {
      longest = Math.max(longest, result.first.text(column, row)?.length ?? 4)
    }
    return Math.min(360, Math.max(72, longest * 7.6 + 24))
  })
}
