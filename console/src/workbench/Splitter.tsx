import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react'

const KEY = 'nerium.split'

/** Two parts above each other, with a border that is moved by the pointer or the arrow keys. */
export function Splitter({ top, bottom }: { top: ReactNode; bottom: ReactNode }) {
  const root = useRef<HTMLDivElement>(null)
  const [share, setShare] = useState(() => limited(Number(localStorage.getItem(KEY) ?? 40)))

  const set = (percent: number) => {
    setShare(limited(percent))
    localStorage.setItem(KEY, String(limited(percent)))
  }
  const drag = (event: PointerEvent) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) {
      const { top: begin, height } = root.current!.getBoundingClientRect()
      set(((event.clientY - begin) / height) * 100)
    }
  }
  const press = (event: KeyboardEvent) => {
    const step = { ArrowUp: -5, ArrowDown: 5 }[event.key]
    if (step) {
      event.preventDefault()
      set(share + step)
    }
  }

  return (
    <div className="split" ref={root} style={{ gridTemplateRows: `minmax(80px, ${share}fr) 7px minmax(120px, ${100 - share}fr)` }}>
      <div className="split-part">{top}</div>
      <div
        className="split-border"
        role="separator"
        aria-orientation="horizontal"
        aria-label="Height of the editor"
        aria-valuenow={Math.round(share)}
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onKeyDown={press}
      />
      <div className="split-part">{bottom}</div>
    </div>
  )
}

const limited = (percent: number): number => (Number.isFinite(percent) ? Math.min(85, Math.max(15, percent)) : 40)
