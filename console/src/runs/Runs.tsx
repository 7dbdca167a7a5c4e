import { useEffect, useRef, useState } from 'react'
import type { Run, Session } from '../api/client'
import * as api from '../api/runs'
import { go, link, useRoute } from '../shell/route'
import { clean, cut } from '../ui/clean'
import { ago, count, moment, seconds } from '../ui/format'
import { Refresh } from '../ui/icons'
import './runs.css'

const INTERVAL = 3000
const PAGE = 50
const AGES: Record<string, number> = { '1 hour': 3600, '24 hours': 86_400, '7 days': 604_800, '30 days': 2_592_000 }

/** The runs, the newest first. The filters are in the address, so that a list can be linked. */
export default function Runs({ session }: { session: Session }) {
  const { query } = useRoute()
  const filters = query.toString()
  const [runs, setRuns] = useState<Run[] | null>(null)
  const [next, setNext] = useState<string | null>(null)
  const [error, setError] = useState('')
  const [now, setNow] = useState(Date.now())
  const [turn, setTurn] = useState(0)
  const extended = useRef(false)

  useEffect(() => {
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout>
    extended.current = false
    setRuns(null)
    const load = async () => {
      try {
        // Later pages stay as they are: reading goes on where it was.
        if (!extended.current && document.visibilityState === 'visible') {
          const page = await api.list(request(new URLSearchParams(filters)), abort.signal)
          if (!extended.current) {
            setRuns(page.runs)
            setNext(page.next)
            setNow(Date.now())
            setError('')
          }
        }
      } catch (failure) {
        if (!abort.signal.aborted) {
          setError((failure as Error).message)
        }
      }
      if (!abort.signal.aborted) {
        timer = setTimeout(load, INTERVAL)
      }
    }
    void load()
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [filters, turn])

  const change = (name: string, value: string) => {
    const changed = new URLSearchParams(filters)
    if (value) {
      changed.set(name, value)
    } else {
      changed.delete(name)
    }
    go(['runs'], changed)
  }
  const more = async () => {
    extended.current = true
    const asked = request(new URLSearchParams(filters))
    asked.set('after', next!)
    const page = await api.list(asked)
    setRuns([...runs!, ...page.runs])
    setNext(page.next)
  }
  const text = (query.get('find') ?? '').toLowerCase()
  const shown = runs?.filter((run) => !text || matches(run, text))

  return (
    <div className="page">
      <div className="page-head">
        <h1>Runs</h1>
        <form className="filters" role="search" onSubmit={(event) => event.preventDefault()}>
          <input type="search" aria-label="Find in the loaded runs: id, error, destination, key" placeholder="Find id, error, table…" defaultValue={query.get('find') ?? ''} onChange={(event) => change('find', event.target.value)} />
          <Choice label="State" value={query.get('state') ?? ''} values={['QUEUED', 'RUNNING', 'COMPLETE', 'FAIL', 'ABORT']} onChange={(value) => change('state', value)} />
          <Choice label="Mode" value={query.get('mode') ?? ''} values={['query', 'script', 'load', 'compact']} onChange={(value) => change('mode', value)} />
          <Choice label="Age" value={query.get('age') ?? ''} values={Object.keys(AGES)} onChange={(value) => change('age', value)} />
          {session.scope === 'admin' && <input aria-label="Name of the key" placeholder="Key" defaultValue={query.get('key') ?? ''} onBlur={(event) => change('key', event.target.value.trim())} onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()} />}
          <label className="check"><input type="checkbox" checked={query.get('own') === 'true'} onChange={(event) => change('own', event.target.checked ? 'true' : '')} />Only mine</label>
          <button type="button" className="icon" aria-label="Refresh" title="Refresh" onClick={() => setTurn(turn + 1)}><Refresh /></button>
        </form>
      </div>
      <div className="page-body">
        {error && <p className="problem" role="alert">{error}</p>}
        {!shown && !error && <p className="loading" role="status">Loading…</p>}
        {shown && shown.length === 0 && <div className="empty"><h2>No runs</h2><p>{filters ? 'No run has these properties.' : 'A run appears here when someone sends one.'}</p></div>}
        {shown && shown.length > 0 && (
          <table className="list">
            <thead>
              <tr><th scope="col">State</th><th scope="col">Run</th><th scope="col">Mode</th><th scope="col">Key</th><th scope="col">Result</th><th scope="col" className="number">Rows</th><th scope="col" className="number">Duration</th><th scope="col">Queued</th></tr>
            </thead>
            <tbody>
              {shown.map((run) => <Row key={run.id} run={run} now={now} />)}
            </tbody>
          </table>
        )}
        {next && <p className="more"><button onClick={() => void more().catch((failure: Error) => setError(failure.message))}>Load more</button></p>}
      </div>
    </div>
  )
}

function Row({ run, now }: { run: Run; now: number }) {
  const outcome = run.error ?? (run.destination ? `→ ${run.destination}` : '')
  return (
    <tr>
      <td><State run={run} /></td>
      <td><a href={link(['runs', run.id])} className="mono">{run.id.slice(0, 13)}</a></td>
      <td>{run.mode}</td>
      <td className="wide-only"><bdi>{clean(cut(run.key ?? '–', 40))}</bdi></td>
      <td className={run.error ? 'outcome-cell failed' : 'outcome-cell'}><bdi title={clean(cut(outcome, 400))}>{clean(cut(outcome, 160))}</bdi></td>
      <td className="number">{run.row_count === null ? '' : count(run.row_count)}</td>
      <td className="number">{run.duration === null ? '' : seconds(run.duration)}</td>
      <td title={moment(run.queued_at)}>{ago(run.queued_at, now)}</td>
    </tr>
  )
}

export function State({ run }: { run: Pick<Run, 'state' | 'queue_position'> }) {
  return (
    <span className={`state ${run.state}`}>
      {run.state === 'RUNNING' && <span className="spinner" aria-hidden="true" />}
      {NAMES[run.state]}
      {run.state === 'QUEUED' && run.queue_position ? ` · ${run.queue_position}` : ''}
    </span>
  )
}

const NAMES: Record<Run['state'], string> = { QUEUED: 'Queued', RUNNING: 'Running', COMPLETE: 'Complete', FAIL: 'Failed', ABORT: 'Cancelled' }

function Choice({ label, value, values, onChange }: { label: string; value: string; values: string[]; onChange: (value: string) => void }) {
  return (
    <select aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{label}: all</option>
      {values.map((one) => <option key={one} value={one}>{NAMES[one as Run['state']] ?? one}</option>)}
    </select>
  )
}

/** The request for the filters of the address. */
function request(filters: URLSearchParams): URLSearchParams {
  const asked = new URLSearchParams({ limit: String(filters.has('find') ? 500 : PAGE) })
  for (const name of ['state', 'mode', 'key', 'own']) {
    const value = filters.get(name)
    if (value) {
      asked.set(name, value)
    }
  }
  const age = AGES[filters.get('age') ?? '']
  if (age) {
    asked.set('since', new Date(Date.now() - age * 1000).toISOString())
  }
  return asked
}

function matches(run: Run, text: string): boolean {
  const tables = run.inputs?.map(({ table }) => table) ?? []
  return [run.id, run.error, run.details, run.destination, run.key, ...tables].some((part) => part?.toLowerCase().includes(text))
}
