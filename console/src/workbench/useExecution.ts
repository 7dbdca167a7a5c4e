import { useCallback, useEffect, useReducer, useRef } from 'react'
import { ApiError, type Plan, type Run } from '../api/client'
import { newRunId } from '../api/runId'
import * as runs from '../api/runs'
import { Result } from '../data/Result'
import { toastError } from '../ui/toasts'

export interface Execution {
  id: string
  workload: runs.Workload
  /** Where the code begins in the text of the tab. */
  offset: number
  startedAt: number
  endedAt?: number
  progress: runs.Progress
  cancelling?: boolean
  record?: Run
  result?: Result
  plan?: Plan
  error?: { message: string; details: string; code: string }
}

/** The last run of each tab. */
export function useExecution() {
  const all = useRef(new Map<string, Execution>())
  const aborts = useRef(new Map<string, AbortController>())
  const [, repaint] = useReducer((count: number) => count + 1, 0)

  const update = useCallback((tab: string, id: string, change: Partial<Execution>) => {
    const current = all.current.get(tab)
    if (current?.id === id) {
      all.current.set(tab, { ...current, ...change })
      repaint()
    }
  }, [])

  const begin = useCallback((tab: string, workload: runs.Workload, offset: number) => {
    aborts.current.get(tab)?.abort()
    const abort = new AbortController()
    const id = newRunId()
    aborts.current.set(tab, abort)
    all.current.set(tab, { id, workload, offset, startedAt: performance.now(), progress: { state: 'QUEUED' } })
    repaint()
    return { id, signal: abort.signal }
  }, [])

  const fail = useCallback(
    (tab: string, id: string, error: unknown) => {
      const problem = error instanceof ApiError ? error : new ApiError(0, String((error as Error).message), '', 'CONSOLE')
      update(tab, id, { endedAt: performance.now(), error: { message: problem.message, details: problem.details, code: problem.code } })
    },
    [update],
  )

  const run = useCallback(
    async (tab: string, workload: runs.Workload, offset: number) => {
      const { id, signal } = begin(tab, workload, offset)
      try {
        await runs.start(workload, id)
        const record = await runs.follow(id, (progress) => update(tab, id, { progress }), signal)
        const hasRows = record.state === 'COMPLETE' && !isEmpty(record)
        const result = hasRows ? await Result.open(id, signal).catch(ignoreGone) : undefined
        const error = record.error ? { message: record.error, details: record.details ?? '', code: record.error_code ?? '' } : undefined
        update(tab, id, { record, endedAt: performance.now(), ...(result ? { result } : {}), ...(error ? { error } : {}) })
      } catch (error) {
        if (!signal.aborted) {
          fail(tab, id, error)
        }
      }
    },
    [begin, fail, update],
  )

  const explain = useCallback(
    async (tab: string, workload: runs.Workload, offset: number) => {
      const { id } = begin(tab, workload, offset)
      try {
        update(tab, id, { plan: await runs.explain(workload), endedAt: performance.now() })
      } catch (error) {
        fail(tab, id, error)
      }
    },
    [begin, fail, update],
  )

  const cancel = useCallback(
    (tab: string) => {
      const current = all.current.get(tab)
      if (current && current.endedAt === undefined) {
        update(tab, current.id, { cancelling: true })
        runs.cancel(current.id).catch((error) => {
          update(tab, current.id, { cancelling: false })
          toastError(error)
        })
      }
    },
    [update],
  )

  const forget = useCallback((tab: string) => {
    aborts.current.get(tab)?.abort()
    aborts.current.delete(tab)
    all.current.delete(tab)
  }, [])

  useEffect(() => () => aborts.current.forEach((abort) => abort.abort()), [])
  return { of: (tab: string) => all.current.get(tab), run, explain, cancel, forget }
}

// A statement that changes a table has no rows.
function isEmpty(record: Run): boolean {
  return record.row_count === null || record.row_count === undefined
}

function ignoreGone(error: unknown): undefined {
  if (error instanceof ApiError && error.status === 410) {
    return undefined
  }
  throw error
}
