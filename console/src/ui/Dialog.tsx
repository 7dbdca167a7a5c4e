import { type ReactNode, useEffect, useRef } from 'react'
import { Close } from './icons'

export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
      aria-labelledby="dialog-title"
    >
      <div className="dialog-body">
        <header>
          <h2 id="dialog-title"><bdi>{title}</bdi></h2>
          <button className="icon" onClick={() => dialog.current?.close()} aria-label="Close"><Close /></button>
        </header>
        {children}
      </div>
    </dialog>
  )
}
