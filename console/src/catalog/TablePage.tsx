import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { ApiError, json } from '../api/client'
import { clean, cut } from '../ui/clean'
import { bytes, count, moment } from '../ui/format'
import { Code } from '../ui/icons'
import { ProblemText } from '../ui/ProblemText'
import { quoted } from '../ui/names'
import { draft } from '../workbench/drafts'
import { currentFields, icebergType, metadata, type TableMetadata, type TableName, tablePath } from './tables'

const Sample = lazy(() => import('./Sample'))

type View = 'columns' | 'sample' | 'snapshots' | 'properties'
const TITLES: Record<View, string> = { columns: 'Columns', sample: 'Sample', snapshots: 'Snapshots', properties: 'Properties' }

interface Size {
  sizeBytes: string
  recordCount: string
  dataFileCount: number
}

export function TablePage({ name }: { name: TableName }) {
  const [table, setTable] = useState<TableMetadata | null>(null)
  const [size, setSize] = useState<Size | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [view, setView] = useState<View>('columns')
  const sqlName = [name.catalog, name.namespace, name.table].map(quoted).join('.')

  useEffect(() => {
    let wanted = true
    metadata(name).then((loaded) => wanted && setTable(loaded), (failure) => wanted && setError(failure))
    json<Size>(`${tablePath(name)}/size`).then((loaded) => wanted && setSize(loaded), () => {})
    return () => {
      wanted = false
    }
  }, [])

  if (error) {
    return <div className="page-body"><ProblemText message={error.message} details={error.details} code={error.code} /></div>
  }
  if (!table) {
    return <p className="loading" role="status">Loading…</p>
  }
  const snapshots = table.snapshots ?? []
  const comment = table.properties?.['comment']
  return (
    <div className="page">
      <div className="page-head">
        <p className="crumbs"><bdi>{clean(name.catalog)}</bdi> / <bdi>{clean(name.namespace)}</bdi></p>
        <div className="title-row">
          <h1><bdi>{clean(cut(name.table, 200))}</bdi></h1>
          <div className="title-actions">
            <button className="primary" onClick={() => draft({ mode: 'query', code: `SELECT *\nFROM ${sqlName}\nLIMIT 100\n`, name: cut(name.table, 40) })}><Code />Query this</button>
          </div>
        </div>
        {comment && <p className="crumbs"><bdi>{clean(comment)}</bdi></p>}
        <dl className="facts wide">
          {size && <Fact name="Rows" value={count(Number(size.recordCount))} />}
          {size && <Fact name="Size" value={bytes(Number(size.sizeBytes))} />}
          {size && <Fact name="Files" value={count(size.dataFileCount)} />}
          <Fact name="Snapshots" value={count(snapshots.length)} />
          <Fact name="Partitions" value={partitions(table)} />
          <Fact name="Sort order" value={order(table)} />
          <Fact name="Changed" value={table['last-updated-ms'] ? moment(new Date(table['last-updated-ms']).toISOString()) : '–'} />
          <Fact name="Format" value={`Iceberg ${table['format-version']}`} />
        </dl>
      </div>
      <div className="segments-bar">
        <div className="segments" role="tablist" aria-label="Parts of the table">
          {(Object.keys(TITLES) as View[]).map((one) => <button key={one} role="tab" aria-selected={one === view} onClick={() => setView(one)}>{TITLES[one]}</button>)}
        </div>
      </div>
      <div className={view === 'sample' ? 'sample-body' : 'page-body'} role="tabpanel" aria-label={TITLES[view]} tabIndex={0}>
        {view === 'columns' && <Columns table={table} />}
        {view === 'snapshots' && <Snapshots table={table} />}
        {view === 'properties' && <Properties table={table} />}
        {view === 'sample' && <Suspense fallback={<p className="loading">Loading…</p>}><Sample name={sqlName} /></Suspense>}
      </div>
    </div>
  )
}

const Fact = ({ name, value }: { name: string; value: ReactNode }) => <div><dt>{name}</dt><dd><bdi>{value}</bdi></dd></div>

function Columns({ table }: { table: TableMetadata }) {
  const partitioned = new Set(spec(table).map((field) => field['source-id']))
  return (
    <table className="list">
      <thead><tr><th scope="col">Column</th><th scope="col">Type</th><th scope="col">Nulls</th><th scope="col">Comment</th></tr></thead>
      <tbody>
        {currentFields(table).map((field) => (
          <tr key={field.id}>
            <td><strong><bdi>{clean(cut(field.name, 200))}</bdi></strong>{partitioned.has(field.id) && <span className="state">partition</span>}</td>
            <td className="mono wrap"><bdi>{clean(cut(icebergType(field.type), 600))}</bdi></td>
            <td>{field.required ? 'not null' : ''}</td>
            <td className="wrap"><bdi>{clean(field.doc ?? '')}</bdi></td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Snapshots({ table }: { table: TableMetadata }) {
  const current = String(table['current-snapshot-id'] ?? '')
  const snapshots = [...(table.snapshots ?? [])].sort((a, b) => b['timestamp-ms'] - a['timestamp-ms'])
  if (snapshots.length === 0) {
    return <div className="empty"><p>The table was never written.</p></div>
  }
  return (
    <table className="list">
      <thead><tr><th scope="col">Snapshot</th><th scope="col">Time</th><th scope="col">Operation</th><th scope="col" className="number">Rows</th><th scope="col" className="number">Added</th><th scope="col" className="number">Deleted</th></tr></thead>
      <tbody>
        {snapshots.map((snapshot) => {
          const { summary = {} } = snapshot
          return (
            <tr key={snapshot['snapshot-id']}>
              <td className="mono">{snapshot['snapshot-id']} {String(snapshot['snapshot-id']) === current && <span className="state COMPLETE">current</span>}</td>
              <td>{moment(new Date(snapshot['timestamp-ms']).toISOString())}</td>
              <td><bdi>{clean(summary['operation'] ?? '')}</bdi></td>
              <td className="number">{number(summary['total-records'])}</td>
              <td className="number">{number(summary['added-records'])}</td>
              <td className="number">{number(summary['deleted-records'])}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

const number = (text: string | undefined): string => (text && /^\d+$/.test(text) ? count(Number(text)) : '')

function Properties({ table }: { table: TableMetadata }) {
  const rows = [['location', table.location], ['table-uuid', table['table-uuid']], ...Object.entries(table.properties ?? {}).sort()]
  return (
    <table className="list">
      <thead><tr><th scope="col">Property</th><th scope="col">Value</th></tr></thead>
      <tbody>
        {rows.map(([key, value]) => <tr key={key}><td className="mono"><bdi>{clean(key!)}</bdi></td><td className="wrap mono"><bdi>{clean(cut(value!, 2000))}</bdi></td></tr>)}
      </tbody>
    </table>
  )
}

const spec = (table: TableMetadata) => table['partition-specs']?.find((one) => one['spec-id'] === table['default-spec-id'])?.fields ?? []

function column(table: TableMetadata, id: number): string {
  return clean(currentFields(table).find((field) => field.id === id)?.name ?? `column ${id}`)
}

function partitions(table: TableMetadata): string {
  const parts = spec(table).map((field) => (field.transform === 'identity' ? column(table, field['source-id']) : `${field.transform}(${column(table, field['source-id'])})`))
  return parts.join(', ') || 'none'
}

function order(table: TableMetadata): string {
  const fields = table['sort-orders']?.find((one) => one['order-id'] === table['default-sort-order-id'])?.fields ?? []
  return fields.map((field) => `${column(table, field['source-id'])} ${field.direction}`).join(', ') || 'none'
}
