import { useEffect, useState } from 'react'
import { tablesNow } from '../catalog/tables'
import { Close, Plus } from '../ui/icons'
import { quoted } from '../ui/names'
import { namesIn, type Param, parseParams } from './params'
import type { Tab } from './tabs'

export function Options({ tab, onChange }: { tab: Tab; onChange: (part: Partial<Tab>) => void }) {
  const [tables, setTables] = useState<string[]>([])
  const params = parseParams(tab.params)
  const missing = namesIn(tab.mode, tab.code).filter((name) => !params.some((param) => param.name === name))
  const shown = [...params, ...missing.map((name) => ({ name, value: '' }))]
  const save = (next: Param[]) => onChange({ params: JSON.stringify(next) })
  const edit = (index: number, part: Partial<Param>) => save(shown.map((param, at) => (at === index ? { ...param, ...part } : param)))

  useEffect(() => {
    void tablesNow().then((all) => setTables(all.map(({ catalog, namespace, table }) => [catalog, namespace, table].map(quoted).join('.'))))
  }, [])

  return (
    <div className="options">
      <fieldset>
        <legend>Save the result</legend>
        <label>
          Destination
          <input list="tables" value={tab.destination} placeholder="namespace.table, or empty" spellCheck={false} onChange={(event) => onChange({ destination: event.target.value })} />
          <datalist id="tables">{tables.map((table) => <option key={table} value={table} />)}</datalist>
        </label>
        <label>
          Save mode
          <select value={tab.saveMode} disabled={!tab.destination.trim()} onChange={(event) => onChange({ saveMode: event.target.value as Tab['saveMode'] })}>
            <option value="overwrite">overwrite: replace the rows</option>
            <option value="append">append: add the rows</option>
            <option value="merge">merge: replace rows with the same keys</option>
          </select>
        </label>
      </fieldset>
      <fieldset>
        <legend>Params</legend>
        {shown.map((param, index) => (
          <div className="param" key={index}>
            <input aria-label="Name of the param" value={param.name} placeholder="name" spellCheck={false} onChange={(event) => edit(index, { name: event.target.value })} />
            <input aria-label={`Value of ${param.name || 'the param'}`} value={param.value} placeholder="value" spellCheck={false} onChange={(event) => edit(index, { value: event.target.value })} />
            <button className="icon" aria-label={`Remove ${param.name || 'the param'}`} onClick={() => save(shown.filter((_, at) => at !== index))}><Close /></button>
          </div>
        ))}
        <button className="quiet" onClick={() => save([...shown, { name: '', value: '' }])}><Plus />Add a param</button>
        <span className="hint">{tab.mode === 'query' ? 'Write $name in the statement. A number, a date, true, false and null have their types.' : 'Read params["name"] in the script. Each is a text.'}</span>
      </fieldset>
    </div>
  )
}
