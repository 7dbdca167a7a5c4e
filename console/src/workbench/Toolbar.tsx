import { Chevron, Play, Stop } from '../ui/icons'
import type { Tab } from './tabs'

interface Props {
  tab: Tab
  running: boolean
  cancelling: boolean
  options: boolean
  onRun: () => void
  onExplain: () => void
  onCancel: () => void
  onOptions: () => void
  onChange: (part: Partial<Tab>) => void
}

export function Toolbar({ tab, running, cancelling, options, onRun, onExplain, onCancel, onOptions, onChange }: Props) {
  return (
    <div className="toolbar">
      {running ? (
        <button className="danger" onClick={onCancel} disabled={cancelling}><Stop />{cancelling ? 'Cancelling…' : 'Cancel'}</button>
      ) : (
        <button className="primary" onClick={onRun} title="Run the selection, or all (Ctrl+Enter)"><Play />Run</button>
      )}
      <button onClick={onExplain} disabled={running} title="Plan without executing (Ctrl+Shift+Enter)">Explain</button>
      <label className="inline">
        Tier
        <select value={tab.vcpus} onChange={(event) => onChange({ vcpus: Number(event.target.value) })}>
          {[2, 4, 8, 16, 32].map((vcpus) => <option key={vcpus} value={vcpus}>{vcpus} vCPU</option>)}
        </select>
      </label>
      <button className={options ? 'toggle open' : 'toggle'} aria-expanded={options} onClick={onOptions}>
        <Chevron />Options{summary(tab)}
      </button>
    </div>
  )
}

function summary(tab: Tab) {
  const destination = tab.destination.trim()
  return destination ? <span className="summary"> · {tab.saveMode} <bdi>{destination}</bdi></span> : null
}
