import { useSyncExternalStore } from 'react'
import { Close } from './icons'

interface Toast {
  id: number
  text: string
  kind: 'info' | 'error'
}

let toasts: readonly Toast[] = []
let listeners: (() => void)[] = []
let count = 0

function change(next: readonly Toast[]): void {
  toasts = next
  listeners.forEach((listener) => listener())
}

const dismiss = (id: number): void => change(toasts.filter((toast) => toast.id !== id))

/** Shows a message for a while; an error until it is closed. */
export function toast(text: string, kind: Toast['kind'] = 'info'): void {
  const id = ++count
  change([...toasts.slice(-3), { id, text, kind }])
  if (kind === 'info') {
    setTimeout(() => dismiss(id), 4000)
  }
}

export const toastError = (error: unknown): void => toast(error instanceof Error ? error.message : String(error), 'error')

function subscribe(listener: () => void): () => void {
  listeners.push(listener)
  return () => {
    listeners = listeners.filter((other) => other !== listener)
  }
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts)
  return (
    <div className="toasts" aria-live="polite">
      {shown.map(({ id, text, kind }) => (
        <div key={id} className={`toast ${kind}`}>
          <bdi>{text}</bdi>
          <button className="icon" aria-label="Dismiss" onClick={() => dismiss(id)}><Close /></button>
        </div>
      ))}
    </div>
  )
}
