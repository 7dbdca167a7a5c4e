import { useEffect, useState } from 'react'
import type { ApiError } from '../api/client'
import { Result } from '../data/Result'
import { count } from '../ui/format'
import { ProblemText } from '../ui/ProblemText'
import { ExportMenu } from '../workbench/ExportMenu'
import { Grid } from '../workbench/Grid'
import '../workbench/workbench.css'

/** The rows of a run, as long as the server keeps them. */
export default function Kept({ id }: { id: string }) {
  const [result, setResult] = useState<Result | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  useEffect(() => {
    const abort = new AbortController()
    Result.open(id, abort.signal).then(setResult, (failure) => !abort.signal.aborted && setError(failure))
    return () => abort.abort()
  }, [id])
  if (error) {
    return <div className="outcome-problem"><ProblemText message={error.message} details={error.details} code={error.code} cancelled /></div>
  }
  return result ? (
    <div className="outcome">
      <div className="outcome-bar"><p className="outcome-summary"><strong>{count(result.rows)} rows</strong></p><ExportMenu run={id} /></div>
      <div className="outcome-panel"><Grid result={result} label={`Result, ${count(result.rows)} rows`} /></div>
    </div>
  ) : (
    <p className="loading" role="status">Loading…</p>
  )
}
