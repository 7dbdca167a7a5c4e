import { useState } from 'react'
import { clean } from '../ui/clean'
import { Close, Plus } from '../ui/icons'
import { Menu } from '../ui/Menu'
import type { Tab } from './tabs'

interface Props {
  tabs: readonly Tab[]
  open: Tab
  isRunning: (id: string) => boolean
  onOpen: (id: string) => void
  onAdd: (mode: Tab['mode']) => void
  onRename: (id: string, name: string) => void
  onClose: (id: string) => void
}

export function TabBar({ tabs, open, isRunning, onOpen, onAdd, onRename, onClose }: Props) {
  const [renamed, setRenamed] = useState('')
  return (
    <div className="tabs">
      <ul className="tab-list" aria-label="Open texts">
        {tabs.map((tab) => (
          <li key={tab.id} className={tab.id === open.id ? 'tab current' : 'tab'}>
            {renamed === tab.id ? (
              <input
                aria-label="Name of the tab"
                autoFocus
                defaultValue={tab.name}
                maxLength={60}
                onBlur={(event) => (onRename(tab.id, event.target.value.trim() || tab.name), setRenamed(''))}
                onKeyDown={(event) => (event.key === 'Enter' || event.key === 'Escape') && event.currentTarget.blur()}
              />
            ) : (
              <button aria-current={tab.id === open.id} onClick={() => onOpen(tab.id)} onDoubleClick={() => setRenamed(tab.id)} title="Double-click to rename">
                <span className={`mode ${tab.mode}`}>{tab.mode === 'query' ? 'SQL' : 'Py'}</span>
                <bdi>{clean(tab.name)}</bdi>
                {isRunning(tab.id) && <span className="spinner" aria-label="running" role="img" />}
              </button>
            )}
            <button className="icon small" aria-label={`Close ${clean(tab.name)}`} onClick={() => onClose(tab.id)}><Close size={12} /></button>
          </li>
        ))}
      </ul>
      <Menu label={<Plus />} title="New tab">
        <button role="menuitem" onClick={() => onAdd('query')}>SQL query</button>
        <button role="menuitem" onClick={() => onAdd('script')}>Python script</button>
      </Menu>
    </div>
  )
}
