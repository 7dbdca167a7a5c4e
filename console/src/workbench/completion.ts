import { type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import functions from 'virtual:sql-functions'
import { quoted } from '../ui/names'
import { columnsOf, tablesNow, type TableName } from '../catalog/tables'

const KEYWORDS =
  'SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT OFFSET JOIN LEFT RIGHT FULL INNER OUTER CROSS SEMI ANTI ON USING AS AND OR NOT IN IS NULL LIKE ILIKE BETWEEN CASE WHEN THEN ELSE END DISTINCT UNION ALL EXCEPT INTERSECT WITH INSERT INTO VALUES UPDATE SET DELETE MERGE MATCHED CREATE TABLE VIEW DROP ALTER TRUNCATE SHOW DESCRIBE CAST INTERVAL DATE TIMESTAMP ASC DESC NULLS FIRST LAST OVER PARTITION QUALIFY EXISTS UNNEST'.split(' ')

const STATIC: Completion[] = [
  ...KEYWORDS.map((label) => ({ label, type: 'keyword', boost: -1 })),
  ...functions.map(({ name, arguments: args, gives }) => ({ label: name, type: 'function', detail: `(${args})`, ...(gives ? { info: gives } : {}), apply: `${name}(` })),
]

/** Completes catalogs, namespaces, tables, the columns of the tables that the text names, functions and keywords. */
export async function completeSql(context: CompletionContext): Promise<CompletionResult | null> {
  const path = context.matchBefore(/(?:"[^"\n]*"?|[\w$])+(?:\.(?:"[^"\n]*"?|[\w$])*)*/)
  if (!path && !context.explicit) {
    return null
  }
  const text = path?.text ?? ''
  const dot = text.lastIndexOf('.')
  const from = (path?.from ?? context.pos) + dot + 1
  const prefix = dot < 0 ? [] : text.slice(0, dot).split('.').map(unquoted)
  const tables = await tablesNow()
  const code = context.state.doc.toString()
  const named = mentioned(code, tables)
  const options = prefix.length ? [...below(prefix, tables), ...(await columns(prefix, code, named))] : [...tops(tables), ...(await columns([], code, named)), ...STATIC]
  return { from, options: unique(options), validFor: /^(?:"[^"\n]*"?|[\w$]*)$/ }
}

/** In a script: the tables in the texts of scan(), and the names in scope. */
export async function completeScript(context: CompletionContext): Promise<CompletionResult | null> {
  const name = context.matchBefore(/scan\(\s*["'][^"'\n]*/)
  if (name) {
    const from = name.from + name.text.search(/["']/) + 1
    return { from, options: (await tablesNow()).map((table) => ({ label: dotted(table), type: 'class' })), validFor: /^[^"'\n]*$/ }
  }
  const word = context.matchBefore(/\w+/)
  if (!word && !context.explicit) {
    return null
  }
  const scope: Completion[] = [
    { label: 'scan', type: 'function', detail: '(table)', info: 'A LazyFrame of a table', apply: 'scan("' },
    { label: 'pl', type: 'namespace', info: 'Polars' },
    { label: 'params', type: 'variable', info: 'The params of the run' },
    { label: 'sql', type: 'function', detail: '(text, values, **frames)', info: 'A LazyFrame of a SELECT' },
    { label: 'result', type: 'variable', info: 'Assign the rows of the run to it' },
    { label: 'catalog', type: 'variable', info: 'A PyIceberg catalog' },
    { label: 'env', type: 'variable', info: 'The environment variables of the run' },
  ]
  return { from: word?.from ?? context.pos, options: scope, validFor: /^\w*$/ }
}

const unquoted = (part: string): string => part.replace(/^"|"$/g, '').replaceAll('""', '"')



const dotted = ({ namespace, table }: TableName): string => [namespace, table].map(quoted).join('.')

function tops(tables: readonly TableName[]): Completion[] {
  return tables.flatMap(({ catalog, namespace, table }) => [
    { label: quoted(catalog), type: 'namespace', detail: 'catalog' },
    { label: quoted(namespace), type: 'namespace', detail: 'namespace', boost: 1 },
    { label: table, type: 'class', detail: `${namespace}`, apply: dotted({ catalog, namespace, table }), boost: 2 },
  ])
}

function below(prefix: string[], tables: readonly TableName[]): Completion[] {
  const [first, second] = prefix
  return tables.flatMap(({ catalog, namespace, table }) => {
    if (prefix.length === 2 && catalog === first && namespace === second) {
      return [{ label: quoted(table), type: 'class', boost: 2 }]
    }
    if (prefix.length === 1 && namespace === first) {
      return [{ label: quoted(table), type: 'class', boost: 2 }]
    }
    return prefix.length === 1 && catalog === first ? [{ label: quoted(namespace), type: 'namespace' }] : []
  })
}

/** The tables whose names the code has. */
export function mentioned(code: string, tables: readonly TableName[]): TableName[] {
  const words = new Set(code.toLowerCase().match(/"[^"]+"|[\w$]+/g)?.map(unquoted))
  return tables.filter(({ table, namespace }) => words.has(table.toLowerCase()) && (namespace === 'default' || words.has(namespace.toLowerCase()))).slice(0, 20)
}

async function columns(prefix: string[], code: string, named: TableName[]): Promise<Completion[]> {
  const owner = prefix.at(-1)?.toLowerCase()
  const tables = owner === undefined ? named : named.filter(({ table }) => table.toLowerCase() === owner || aliases(code, table).has(owner))
  const lists = await Promise.all(tables.map((table) => columnsOf(table).catch(() => [])))
  return lists.flatMap((list, table) => list.map(({ name, type }) => ({ label: quoted(name), type: 'property', detail: type, info: tables[table]!.table, boost: 3 })))
}

function aliases(code: string, table: string): Set<string> {
  const pattern = new RegExp(`\\b${table.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}"?\\s+(?:AS\\s+)?(\\w+)`, 'gi')
  return new Set([...code.matchAll(pattern)].map(([, alias]) => alias!.toLowerCase()))
}

const unique = (options: Completion[]): Completion[] => [...new Map(options.map((option) => [`${option.type} ${option.label} ${option.apply}`, option])).values()]
