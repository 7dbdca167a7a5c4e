import { json, send, type Plan, type Run } from './client'

export interface Workload {
  mode: 'query' | 'script'
  code: string
  params: Record<string, unknown>
  vcpus: number
  destination: string
  saveMode: 'overwrite' | 'append' | 'merge'
}

function request(workload: Workload): { path: string; body: Record<string, unknown> } {
  const { mode, code, params, vcpus, destination, saveMode } = workload
  const body: Record<string, unknown> = { vcpus }
  if (Object.keys(params).length > 0) {
    body['params'] = params
  }
  if (destination) {
    body['destination'] = destination
    body['saveMode'] = saveMode
  }
  return mode === 'query'
    ? { path: '/api/v1/query', body: { ...body, query: code } }
    : { path: '/api/v1/warehouse/polars', body: { ...body, mode, script: code } }
}

/** Starts a run, which continues without this page, and whose rows the server keeps for a while. */
export function start(workload: Workload, id: string): Promise<Run> {
  const { path, body } = request(workload)
  return json<Run>(path, { method: 'POST', body, headers: { Prefer: 'respond-async', 'X-Nerium-Run-Id': id } })
}

export async function explain(workload: Workload): Promise<Plan> {
  const { path, body } = request({ ...workload, destination: '' })
  const reply = await json<{ explain: Plan }>(path, { method: 'POST', body: { ...body, explain: true } })
  return reply.explain
}

export const run = (id: string, signal?: AbortSignal): Promise<Run> => json<Run>(`/api/v2/runs/${id}`, signal ? { signal } : {})

export const cancel = (id: string): Promise<Run> => json<Run>(`/api/v2/runs/${id}`, { method: 'DELETE' })

export const replay = (id: string): Promise<Run> =>
  json<Run>(`/api/v2/runs/${id}/replay`, { method: 'POST', body: {}, headers: { Prefer: 'respond-async' } })

export const plan = async (id: string): Promise<string> => (await send(`/api/v2/runs/${id}/plan?format=text`)).text()

export interface RunPage {
  runs: Run[]
  next: string | null
}

export const list = (query: URLSearchParams, signal?: AbortSignal): Promise<RunPage> =>
  json<RunPage>(`/api/v2/runs?${query}`, signal ? { signal } : {})

export const hasEnded = (run: Pick<Run, 'state'>): boolean => !['QUEUED', 'RUNNING'].includes(run.state)

export interface Progress {
  state: Run['state']
  queuePosition?: number
  rows?: number
}

/** Reports the progress of a run until it has ended; resolves with its record. */
export function follow(id: string, report: (progress: Progress) => void, signal: AbortSignal): Promise<Run> {
  return new Promise((resolve, reject) => {
    const source = new EventSource(`/api/v2/runs/${id}/events`)
    let progress: Progress = { state: 'QUEUED' }
    const update = (change: Partial<Progress>) => report((progress = { ...progress, ...change }))
    const finish = () => {
      source.close()
      run(id, signal).then((record) => (hasEnded(record) ? resolve(record) : poll(id, signal).then(resolve, reject)), reject)
    }
    signal.addEventListener('abort', () => source.close())
    source.addEventListener('state', (event) => {
      const { state } = JSON.parse(event.data) as { state: Run['state'] }
      update({ state })
      if (hasEnded({ state })) {
        finish()
      }
    })
    source.addEventListener('queue', (event) => update({ queuePosition: (JSON.parse(event.data) as { position: number }).position }))
    source.addEventListener('progress', (event) => update({ rows: (JSON.parse(event.data) as { rows: number }).rows }))
    source.onerror = finish
  })
}

// The stream of events broke: an intermediary may have a limit on the time of a response.
async function poll(id: string, signal: AbortSignal): Promise<Run> {
  for (;;) {
    const record = await run(id, signal)
    if (hasEnded(record) || signal.aborted) {
      return record
    }
    await new Promise((wake) => setTimeout(wake, 1000))
  }
}

/** Reports the log of a run as it grows, until the run has ended. */
export function followLog(id: string, report: (text: string) => void, end: () => void): () => void {
  const source = new EventSource(`/api/v2/runs/${id}/logs?follow=true`)
  source.addEventListener('log', (event) => report((JSON.parse(event.data) as { text: string }).text))
  source.onerror = () => {
    source.close()
    end()
  }
  return () => source.close()
}
