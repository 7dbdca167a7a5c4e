import { useEffect, useRef, useState } from 'react'
import { followLog } from '../api/runs'
import { cleanLines } from '../ui/clean'

/** The log of a run, which grows while the run executes. It stays at its end unless the reader scrolls up. */
export function Log({ run }: { run: string }) {
  const [text, setText] = useState('')
  const [ended, setEnded] = useState(false)
  const box = useRef<HTMLPreElement>(null)
  const atEnd = useRef(true)

  useEffect(() => {
    setText('')
    setEnded(false)
    return followLog(run, (more) => setText((before) => before + more), () => setEnded(true))
  }, [run])
  useEffect(() => {
    if (atEnd.current && box.current) {
      box.current.scrollTop = box.current.scrollHeight
    }
  }, [text])

  return (
    <pre
      ref={box}
      className="log"
      tabIndex={0}
      role="log"
      aria-label="Log"
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => (atEnd.current = scrollTop + clientHeight > scrollHeight - 20)}
    >
      {text ? <bdi>{cleanLines(text)}</bdi> : <span className="null">{ended ? 'The log is empty.' : 'Waiting for output…'}</span>}
    </pre>
  )
}
