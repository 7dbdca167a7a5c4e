import { lazy, type ReactNode, Suspense, useEffect, useReducer, useState } from 'react'
import { link } from '../shell/route'
import { clean } from '../ui/clean'
import { count, seconds } from '../ui/format'
import { ProblemText } from '../ui/ProblemText'
import { Log } from '../runs/Log'
import { ExportMenu } from './ExportMenu'
import { Grid } from './Grid'
import type { Execution } from './useExecution'

const Columns = lazy(() => import('./Columns'))
const PlotView = lazy(() => import('./PlotView'))

type View = 'rows' | 'columns' | 'plot' | 'log'

/** What the last run of a tab returned: progress, rows, a plan or an error. */
export function Outcome({ execution, onCancel }: { execution: Execution | undefined; onCancel: () => void }) {
  const [view, setView] = useState<View>('rows')
  if (!execution) {
    return (
      <div className="empty">
        <p>Press <kbd>Ctrl</kbd>+<kbd>Enter</kbd> to run the text, or its selected part.</p>
      </div>
    )
  }
  const { result, plan, error, record } = execution
  const isScript = execution.workload.mode === 'script'
  if (execution.endedAt === undefined) {
    return <Running execution={execution} onCancel={onCancel} withLog={isScript} />
  }
  const views: View[] = [...(result ? (['rows', 'columns', 'plot'] as const) : []), ...(isScript && record ? (['log'] as const) : [])]
  const current = views.includes(view) ? view : (views[0] ?? 'rows')
  return (
    <div className="outcome">
      <div className="outcome-bar">
        <div role="tablist" aria-label="Result" className="segments" onKeyDown={(event) => {
          const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
          if (step) {
            const next = views[(views.indexOf(current) + step + views.length) % views.length]!
            setView(next)
            document.getElementById(`tab-${next}`)?.focus()
          }
        }}>
          {views.map((one) => (
            <button key={one} id={`tab-${one}`} role="tab" aria-selected={one === current} aria-controls="outcome-panel" tabIndex={one === current ? 0 : -1} onClick={() => setView(one)}>{TITLES[one]}</button>
          ))}
        </div>
        <Summary execution={execution} />
        {result && <ExportMenu run={result.run} />}
      </div>
      <div className="outcome-panel" id="outcome-panel" {...(views.length ? { role: 'tabpanel', 'aria-labelledby': `tab-${current}` } : {})}>
        {error && <div className="outcome-problem"><ProblemText {...error} cancelled={record?.state === 'ABORT'} /></div>}
        {plan && <PlanText plan={plan.plan} summary={`${count(plan.rows)} rows in the files that remain · recommended tier ${plan.recommended.vcpus} vCPU`} />}
        {record?.state === 'COMPLETE' && !result && !plan && current !== 'log' && <Done execution={execution} />}
        <Suspense fallback={<p className="loading" role="status">Loading…</p>}>
          {result && current === 'rows' && <Grid result={result} label={`Result, ${count(result.rows)} rows`} />}
          {result && current === 'columns' && <Columns result={result} />}
          {result && current === 'plot' && <PlotView result={result} />}
          {current === 'log' && record && <Log run={execution.id} />}
        </Suspense>
      </div>
    </div>
  )
}

const TITLES: Record<View, string> = { rows: 'Rows', columns: 'Columns', plot: 'Plot', log: 'Log' }

function Summary({ execution }: { execution: Execution }) {
  const { result, record, endedAt, startedAt, error, plan } = execution
  const parts: ReactNode[] = []
  if (result) parts.push(<strong key="rows">{count(result.rows)} {result.rows === 1 ? 'row' : 'rows'}</strong>)
  if (result && result.shownRows < result.rows) parts.push(<span key="cut">the first {count(result.shownRows)} are shown: export the rest</span>)
  if (record?.destination) parts.push(<span key="saved">saved in <bdi>{clean(record.destination)}</bdi></span>)
  if (plan) parts.push(<strong key="plan">Plan</strong>)
  if (error) parts.push(<strong key="error">{record?.state === 'ABORT' ? 'Cancelled' : 'Failed'}</strong>)
  parts.push(<span key="time">{seconds(((endedAt ?? startedAt) - startedAt) / 1000)}</span>)
  if (record) parts.push(<a key="run" href={link(['runs', record.id])}>run {record.id.slice(0, 8)}</a>)
  return <p className="outcome-summary" role="status">{parts.map((part, at) => <span key={at}>{at > 0 && <span aria-hidden="true"> · </span>}{part}</span>)}</p>
}

function Running({ execution, onCancel, withLog }: { execution: Execution; onCancel: () => void; withLog: boolean }) {
  const [, tick] = useReducer((now: number) => now + 1, 0)
  useEffect(() => {
    const timer = setInterval(tick, 100)
    return () => clearInterval(timer)
  }, [])
  const { progress, startedAt, cancelling } = execution
  const state = cancelling ? 'Cancelling' : progress.state === 'QUEUED' ? 'Waiting for a worker' : 'Running'
  return (
    <div className="outcome">
      <div className="outcome-bar">
        <span className="spinner" aria-hidden="true" />
        <p className="outcome-summary">
          <strong role="status">{state}</strong> · {((performance.now() - startedAt) / 1000).toFixed(1)} s
          {progress.state === 'QUEUED' && progress.queuePosition ? <> · position {progress.queuePosition} in the queue</> : null}
          {progress.rows ? <> · {count(progress.rows)} rows so far</> : null}
        </p>
        <button onClick={onCancel} disabled={cancelling}>Cancel</button>
      </div>
      <div className="outcome-panel">{withLog && progress.state !== 'QUEUED' && <Log run={execution.id} />}</div>
    </div>
  )
}

function Done({ execution: { record } }: { execution: Execution }) {
  const rows = record?.row_count
  return (
    <div className="empty">
      <p className="done">Done{rows !== null && rows !== undefined && record?.destination ? `: ${count(rows)} rows` : ''}.</p>
      {record?.destination && <p>Saved in <bdi>{clean(record.destination)}</bdi>.</p>}
    </div>
  )
}

export function PlanText({ plan, summary }: { plan: string; summary?: string }) {
  return (
    <div className="plan">
      {summary && <p className="hint">{summary}</p>}
      <pre tabIndex={0} aria-label="Plan"><bdi>{plan}</bdi></pre>
    </div>
  )
}
