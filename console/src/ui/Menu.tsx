import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'

/** A button that opens a menu. Its children with the role menuitem are reached by the arrow keys. */
export function Menu({ label, title, children, disabled = false }: { label: ReactNode; title: string; children: ReactNode; disabled?: boolean }) {
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const items = () => [...(root.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])]

  useEffect(() => {
    if (!open) {
      return
    }
    items()[0]?.focus()
    const outside = (event: PointerEvent) => !root.current?.contains(event.target as Node) && setOpen(false)
    addEventListener('pointerdown', outside)
    return () => removeEventListener('pointerdown', outside)
  }, [open])

  const move = (event: KeyboardEvent) => {
    const all = items()
    const at = all.indexOf(document.activeElement as HTMLElement)
    if (event.key === 'Escape') {
      setOpen(false)
      button.current?.focus()
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      all[(at + (event.key === 'ArrowDown' ? 1 : all.length - 1)) % all.length]?.focus()
    } else if (event.key === 'Tab') {
      setOpen(false)
    }
  }

  return (
    <div className="menu" ref={root} onKeyDown={open ? move : undefined}>
      <button ref={button} title={title} aria-haspopup="menu" aria-expanded={open} disabled={disabled} onClick={() => setOpen(!open)}>{label}</button>
      {open && <div className="menu-list" role="menu" aria-label={title} onClick={(event) => (event.target as HTMLElement).closest('[role=menuitem]') && setOpen(false)}>{children}</div>}
    </div>
  )
}
