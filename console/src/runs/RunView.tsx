import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { ApiError, type Run } from '../api/client'
import * as api from '../api/runs'
import { go, link } from '../shell/route'
import { clean, cleanLines, cut } from '../ui/clean'
import { bytes, count, moment, seconds } from '../ui/format'
import { Refresh, Stop } from '../ui/icons'
import { ProblemText } from '../ui/ProblemText'
import { toast, toastError } from '../ui/toasts'
import { draft } from '../workbench/drafts'
import { Log } from './Log'
import { State } from './Runs'
import './runs.css'

const Kept = lazy(() => import('./Kept'))

type View = 'code' | 'log' | 'result' | 'plan'
const TITLES: Record<View, string> = { code: 'Code', log: 'Log', result: 'Result', plan: 'Plan' }

/** The record of one run, which is read again until the run has ended. */
export default function RunView({ id }: { id: string }) {
  const [run, setRun] = useState<Run | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [view, setView] = useState<View>('code')
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    const abort = new AbortController()
    const load = async () => {
      const record = await api.run(id, abort.signal)
      setRun(record)
      if (!api.hasEnded(record)) {
        setRun(await api.follow(id, (progress) => setRun((old) => old && { ...old, state: progress.state }), abort.signal))
      }
    }
    load().catch((failure) => !abort.signal.aborted && setError(failure))
    return () => abort.abort()
  }, [id])

  const act = async (action: () => Promise<void>) => {
    setBusy(true)
    await action().catch(toastError)
    setBusy(false)
  }
  const cancel = () => act(async () => setRun(await api.cancel(id)))
  const replay = () =>
    act(async () => {
      const again = await api.replay(id)
      toast('The replay has started.')
      go(['runs', again.id])
    })

  if (error) {
    return <div className="page"><div className="page-body"><ProblemText message={error.message} details={error.details} code={error.code} /></div></div>
  }
  if (!run) {
    return <p className="loading" role="status">Loading…</p>
  }
  const isRunnable = run.mode === 'query' || run.mode === 'script'
  const hasRecord = run.code !== undefined
  const views: View[] = hasRecord ? ['code', 'log', ...(run.state === 'COMPLETE' && run.row_count !== null ? (['result'] as const) : []), ...(isRunnable ? (['plan'] as const) : [])] : []

  return (
    <div className="page">
      <div className="page-head">
        <p className="crumbs"><a href="#/runs">Runs</a> / <span className="mono">{run.id}</span></p>
        <div className="title-row">
          <h1>{run.mode === 'query' ? 'Query' : run.mode === 'script' ? 'Script' : `Run (${run.mode})`}</h1>
          <State run={run} />
          <div className="title-actions">
            {hasRecord && isRunnable && <button onClick={() => draft({ mode: run.mode as 'query' | 'script', code: run.code!, name: `Run ${run.id.slice(0, 8)}` })}>Open in the workbench</button>}
            {hasRecord && isRunnable && api.hasEnded(run) && <button disabled={busy} onClick={replay}><Refresh />Replay</button>}
            {!api.hasEnded(run) && <button className="danger" disabled={busy} onClick={cancel}><Stop />Cancel</button>}
          </div>
        </div>
      </div>
      <div className="page-body run">
        {run.error && <ProblemText message={run.error} details={run.details ?? ''} code={run.error_code ?? ''} cancelled={run.state === 'ABORT'} />}
        <Facts run={run} />
        {views.length > 0 && (
          <section className="card tall">
            <div className="segments" role="tablist" aria-label="Parts of the run">
              {views.map((one) => <button key={one} role="tab" aria-selected={one === view} onClick={() => setView(one)}>{TITLES[one]}</button>)}
            </div>
            <div className="card-body" role="tabpanel" aria-label={TITLES[view]}>
              {view === 'code' && <pre className="code" tabIndex={0} aria-label="Code"><bdi>{cleanLines(run.code!)}</bdi></pre>}
              {view === 'log' && <Log run={id} key={run.state} />}
              {view === 'plan' && <Plan id={id} />}
              {view === 'result' && <Suspense fallback={<p className="loading">Loading…</p>}><Kept id={id} /></Suspense>}
            </div>
          </section>
        )}
      </div>
    </div>
  )
}

function Facts({ run }: { run: Run }) {
  const facts: [string, ReactNode][] = [
    ['Key', run.key && <bdi>{clean(run.key)}</bdi>],
    ['Queued', moment(run.queued_at)],
    ['Started', run.started_at && moment(run.started_at)],
    ['Ended', run.ended_at && moment(run.ended_at)],
    ['Duration', run.duration !== null && seconds(run.duration)],
    ['Rows', run.row_count !== null && count(run.row_count)],
    ['Destination', run.destination && <bdi>{clean(run.destination)}</bdi>],
    ['Rows read', run.rows_in !== undefined && count(run.rows_in)],
    ['Bytes read', run.bytes_in !== undefined && bytes(run.bytes_in)],
    ['Memory', run.peak_memory_bytes != null && bytes(run.peak_memory_bytes)],
    ['Processor', run.cpu_seconds != null && seconds(run.cpu_seconds)],
    ['Tier', run.vcpus && `${run.vcpus} vCPU`],
    ['Sandbox', run.provider],
    ['Cache', run.cache],
    ['Polars', run.versions?.['polars']],
    ['Trace', run.code !== undefined && <span className="mono">{run.id.replaceAll('-', '')}</span>],
  ]
  const params = Object.entries(run.params ?? {})
  return (
    <section className="card" aria-label="Record">
      <dl className="facts">
        {facts.filter(([, value]) => value).map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
      </dl>
      {run.inputs && run.inputs.length > 0 && (
        <p className="inputs"><span className="hint">Reads </span>{run.inputs.map(({ table }, at) => <a key={at} href={tableLink(table)}><bdi>{clean(cut(table, 120))}</bdi></a>)}</p>
      )}
      {params.length > 0 && <p className="inputs"><span className="hint">Params </span>{params.map(([name, value]) => <code key={name}><bdi>{clean(name)}</bdi> = <bdi>{clean(cut(value, 200))}</bdi></code>)}</p>}
    </section>
  )
}

function tableLink(table: string): string {
  const name = table.replace(/[@$].*$/, '')
  const parts = (name.match(/"(?:[^"]|"")*"|[^.]+/g) ?? []).map((part) => part.replace(/^"|"$/g, '').replaceAll('""', '"'))
  return link(['catalog', ...parts])
}

function Plan({ id }: { id: string }) {
  const [plan, setPlan] = useState('')
  const [error, setError] = useState<ApiError | null>(null)
  useEffect(() => {
    api.plan(id).then(setPlan, setError)
  }, [id])
  if (error) {
    return <div className="outcome-problem"><ProblemText message={error.message} details={error.details} code={error.code} /></div>
  }
  return plan ? <pre className="code" tabIndex={0} aria-label="Plan"><bdi>{cleanLines(plan)}</bdi></pre> : <p className="loading" role="status">Planning…</p>
}

