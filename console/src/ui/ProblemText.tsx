import { useState } from 'react'
import { cleanLines, cut } from './clean'
import { Warning } from './icons'

const SHORT = 4000

/** An error of a run: one sentence, the engine's message with its hint, and the code for programs. */
export function ProblemText({ message, details, code, cancelled = false }: { message: string; details: string; code: string; cancelled?: boolean }) {
  const [all, setAll] = useState(false)
  const more = details && details !== message ? details : ''
  return (
    <div className={cancelled ? 'problem-box quiet' : 'problem-box'} role="alert">
      <p className="problem-title"><Warning /><bdi>{cleanLines(message)}</bdi></p>
      {more && <pre tabIndex={0} aria-label="Details"><bdi>{cleanLines(all ? more : cut(more, SHORT))}</bdi></pre>}
      <p className="problem-code">
        {code}
        {more.length > SHORT && !all && <button className="quiet" onClick={() => setAll(true)}>Show all</button>}
      </p>
    </div>
  )
}
