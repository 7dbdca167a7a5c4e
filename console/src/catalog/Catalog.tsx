import { useEffect, useState } from 'react'
import { link } from '../shell/route'
import { clean, cut } from '../ui/clean'
import { count } from '../ui/format'
import { Chevron, Folder, Refresh, Table as TableIcon } from '../ui/icons'
import '../runs/runs.css'
import './catalog.css'
import { type Overview, overview, refreshTables, type TableName } from './tables'
import { TablePage } from './TablePage'

const MOST_SHOWN = 500

/** The tree of catalogs, namespaces and tables, and the page of the table that the address names. */
export default function Catalog({ path }: { path: string[] }) {
  const [all, setAll] = useState<Overview | null>(null)
  const [error, setError] = useState('')
  const [text, setText] = useState('')
  const [turn, setTurn] = useState(0)
  const [catalog, namespace, table] = path

  useEffect(() => {
    let wanted = true
    setError('')
    overview().then((loaded) => wanted && setAll(loaded), (failure: Error) => wanted && setError(failure.message))
    return () => {
      wanted = false
    }
  }, [turn])

  const found = (all?.tables ?? []).filter((one) => `${one.catalog}.${one.namespace}.${one.table}`.toLowerCase().includes(text.toLowerCase()))
  const open = catalog && namespace && table ? { catalog, namespace, table } : null
  return (
    <div className="catalog">
      <aside aria-label="Tables">
        <div className="tree-head">
          <input type="search" aria-label="Find a table" placeholder="Find a table…" value={text} onChange={(event) => setText(event.target.value)} />
          <button className="icon" aria-label="Refresh" title="Refresh" onClick={() => (refreshTables(), setTurn(turn + 1))}><Refresh /></button>
        </div>
        {error && <p className="problem" role="alert">{error}</p>}
        {!all && !error && <p className="loading" role="status">Loading…</p>}
        {all && <Tree all={all} tables={found} open={open} searching={text !== ''} />}
      </aside>
      <div className="catalog-main">
        {open ? (
          <TablePage name={open} key={path.join('\n')} />
        ) : (
          <div className="empty">
            <h2>{all ? `${count(all.tables.length)} ${all.tables.length === 1 ? 'table' : 'tables'}` : 'Tables'}</h2>
            <p>Choose a table to see its columns, snapshots and a sample of its rows.</p>
          </div>
        )}
      </div>
    </div>
  )
}

function Tree({ all, tables, open, searching }: { all: Overview; tables: TableName[]; open: TableName | null; searching: boolean }) {
  const shown = tables.slice(0, MOST_SHOWN)
  return (
    <nav className="tree" aria-label="Catalogs">
      {all.catalogs.map(({ name, type, error }) => {
        const own = shown.filter((one) => one.catalog === name)
        const namespaces = [...new Set(own.map((one) => one.namespace))]
        return (
          <details key={name} open>
            <summary><Chevron size={12} /><strong><bdi>{clean(name)}</bdi></strong><span className="hint">{type}</span></summary>
            {error && <p className="problem"><bdi>{clean(cut(error, 300))}</bdi></p>}
            {namespaces.map((namespace) => (
              <details key={namespace} open={searching || namespace !== 'telemetry' || open?.namespace === namespace}>
                <summary><Chevron size={12} /><Folder size={14} /><bdi>{clean(namespace)}</bdi></summary>
                <ul>
                  {own.filter((one) => one.namespace === namespace).map((one) => (
                    <li key={one.table}>
                      <a
                        href={link(['catalog', one.catalog, one.namespace, one.table])}
                        title={clean(one.table)}
                        aria-current={open?.catalog === name && open.namespace === namespace && open.table === one.table ? 'page' : undefined}
                      >
                        <TableIcon size={14} /><bdi>{clean(cut(one.table, 120))}</bdi>
                      </a>
                    </li>
                  ))}
                </ul>
              </details>
            ))}
            {namespaces.length === 0 && !error && <p className="hint none">{searching ? 'No table has this name.' : 'No tables.'}</p>}
          </details>
        )
      })}
      {tables.length > shown.length && <p className="hint none">{count(tables.length - shown.length)} more: search for a part of the name.</p>}
    </nav>
  )
}
