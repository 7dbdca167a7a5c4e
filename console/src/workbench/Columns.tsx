import { useEffect, useState } from 'react'
import type { Result } from '../data/Result'
import { clean, cut } from '../ui/clean'
import { count } from '../ui/format'
import { type Bin, type Statistics, statistics } from './stats'

/** Statistics of the columns, computed one after another so that the page stays responsive. */
export default function Columns({ result }: { result: Result }) {
  const [known, setKnown] = useState<Statistics[]>([])
  const { first, columns } = result

  useEffect(() => {
    if (known.length >= columns.length) {
      return
    }
    const timer = setTimeout(() => {
      const column = known.length
      setKnown([...known, statistics(first, column, columns[column]!.kind)])
    })
    return () => clearTimeout(timer)
  }, [known, first, columns])

  return (
    <div className="statistics">
      {first.rows < result.rows && <p className="hint">Of the first {count(first.rows)} rows, which are in memory.</p>}
      <table className="plain">
        <thead>
          <tr><th scope="col">Column</th><th scope="col">Nulls</th><th scope="col">Distinct</th><th scope="col">Min</th><th scope="col">Max</th><th scope="col">Values</th></tr>
        </thead>
        <tbody>
          {columns.map((column, index) => {
            const one = known[index]
            return (
              <tr key={index}>
                <th scope="row"><bdi>{cut(clean(column.name), 100)}</bdi><span className="grid-type">{column.type}</span></th>
                <td className="number">{one ? <>{count(one.nulls)}{one.nulls > 0 && <span className="hint"> {percent(one.nulls, one.rows)}</span>}</> : '…'}</td>
                <td className="number">{one ? count(one.distinct) : '…'}</td>
                <td><Value text={one?.min} /></td>
                <td><Value text={one?.max} /></td>
                <td>{one && (one.ranges ? <Histogram bins={one.bins} /> : <Frequent bins={one.bins} rows={one.rows} />)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

const Value = ({ text }: { text: string | null | undefined }) => (text === null || text === undefined ? <span className="null">–</span> : <bdi title={clean(cut(text, 500))}>{clean(cut(text, 40))}</bdi>)

const percent = (part: number, whole: number): string => `${((part / Math.max(1, whole)) * 100).toFixed(part === whole ? 0 : 1)} %`

const WIDTH = 200
const HEIGHT = 36

function Histogram({ bins }: { bins: Bin[] }) {
  const most = Math.max(...bins.map((bin) => bin.count), 1)
  const width = WIDTH / bins.length
  return (
    <svg className="bars" width={WIDTH} height={HEIGHT} role="img" aria-label={`Histogram of ${bins.length} ranges`}>
      {bins.map((bin, at) => {
        const height = bin.count === 0 ? 0 : Math.max(1.5, (bin.count / most) * HEIGHT)
        return <rect key={at} x={at * width + 0.5} y={HEIGHT - height} width={Math.max(1, width - 1)} height={height}><title>{`${bin.label}: ${count(bin.count)}`}</title></rect>
      })}
    </svg>
  )
}

function Frequent({ bins, rows }: { bins: Bin[]; rows: number }) {
  const shown = bins.slice(0, 3)
  return (
    <ul className="frequent">
      {shown.map(({ label, count: times }, at) => (
        <li key={at}><bdi>{clean(cut(label, 24)) || '(empty)'}</bdi> <span className="hint">{percent(times, rows)}</span></li>
      ))}
    </ul>
  )
}
