import { useEffect, useState } from 'react'
import { ApiError } from '../api/client'
import { newRunId } from '../api/runId'
import * as runs from '../api/runs'
import { Result } from '../data/Result'
import { ProblemText } from '../ui/ProblemText'
import { Grid } from '../workbench/Grid'
import '../workbench/workbench.css'

/** The first rows of a table, read by a run of its own. */
export default function Sample({ name }: { name: string }) {
  const [result, setResult] = useState<Result | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  useEffect(() => {
    const abort = new AbortController()
    const read = async () => {
      const id = newRunId()
      await runs.start({ mode: 'query', code: `SELECT * FROM ${name} LIMIT 100`, params: {}, vcpus: 2, destination: '', saveMode: 'overwrite' }, id)
      const record = await runs.follow(id, () => {}, abort.signal)
      if (record.error) {
        throw new ApiError(400, record.error, record.details ?? '', record.error_code ?? '')
      }
      setResult(await Result.open(id, abort.signal))
    }
    read().catch((failure) => !abort.signal.aborted && setError(failure))
    return () => abort.abort()
  }, [name])
  if (error) {
    return <div className="outcome-problem"><ProblemText message={error.message} details={error.details} code={error.code} /></div>
  }
  return result ? <Grid result={result} label="Sample" /> : <p className="loading" role="status">Reading the first rows…</p>
}
