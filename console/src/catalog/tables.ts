import { json, send } from '../api/client'

export interface TableName {
  catalog: string
  namespace: string
  table: string
}

export interface SchemaField {
  name: string
  type: string
  required: boolean
  doc: string
}

export interface CatalogEntry {
  name: string
  type: string
  error?: string
}

export interface Overview {
  catalogs: CatalogEntry[]
  tables: TableName[]
}

let overviewRequest: Promise<Overview> | undefined
const columnRequests = new Map<string, Promise<SchemaField[]>>()

/** All catalogs and tables that the key sees, in one request; kept until it is refreshed. */
export function overview(): Promise<Overview> {
  overviewRequest ??= fetchOverview().catch((error) => {
    overviewRequest = undefined
    throw error
  })
  return overviewRequest
}

export function refreshTables(): void {
  overviewRequest = undefined
  columnRequests.clear()
}

export async function tablesNow(): Promise<TableName[]> {
  return (await overview().catch(() => ({ tables: [] as TableName[] }))).tables
}

async function fetchOverview(): Promise<Overview> {
  const reply = await json<{ registeredCatalogs: CatalogEntry[]; catalogs: TableName[] }>('/api/v1/catalogs?counts=true')
  return { catalogs: reply.registeredCatalogs, tables: reply.catalogs }
}

export const tablePath = ({ catalog, namespace, table }: TableName): string =>
  `/api/v1/catalogs/${encodeURIComponent(catalog)}/namespaces/${encodeURIComponent(namespace)}/tables/${encodeURIComponent(table)}`

export interface IcebergField {
  id: number
  name: string
  required: boolean
  type: IcebergType
  doc?: string
}

export type IcebergType =
  | string
  | { type: 'struct'; fields: IcebergField[] }
  | { type: 'list'; element: IcebergType }
  | { type: 'map'; key: IcebergType; value: IcebergType }

/** The part of Iceberg's metadata that the console shows. Ids are texts: they have more digits than JavaScript's numbers. */
export interface TableMetadata {
  'format-version': number
  'table-uuid': string
  location: string
  'last-updated-ms'?: number
  'current-schema-id'?: number
  schemas?: { 'schema-id': number; fields: IcebergField[] }[]
  'default-spec-id'?: number
  'partition-specs'?: { 'spec-id': number; fields: { name: string; transform: string; 'source-id': number }[] }[]
  'default-sort-order-id'?: number
  'sort-orders'?: { 'order-id': number; fields: { transform: string; 'source-id': number; direction: string }[] }[]
  'current-snapshot-id'?: string | number
  snapshots?: { 'snapshot-id': string; 'timestamp-ms': number; summary?: Record<string, string> }[]
  properties?: Record<string, string>
}

const LONG_IDS = /("(?:snapshot-id|parent-snapshot-id|current-snapshot-id)"\s*:\s*)(-?\d{16,})/g

export function parseMetadata(text: string): TableMetadata {
  return (JSON.parse(text.replace(LONG_IDS, '$1"$2"')) as { table: TableMetadata }).table
}

export const currentFields = (table: TableMetadata): IcebergField[] =>
  table.schemas?.find((schema) => schema['schema-id'] === table['current-schema-id'])?.fields ?? []

export function icebergType(type: IcebergType): string {
  if (typeof type === 'string') {
    return type
  }
  switch (type.type) {
    case 'list':
      return `list<${icebergType(type.element)}>`
    case 'map':
      return `map<${icebergType(type.key)}, ${icebergType(type.value)}>`
    default:
      return `struct<${type.fields.map((field) => `${field.name}: ${icebergType(field.type)}`).join(', ')}>`
  }
}

export function columnsOf(table: TableName): Promise<SchemaField[]> {
  const path = tablePath(table)
  let request = columnRequests.get(path)
  if (!request) {
    request = metadata(table).then((loaded) =>
      currentFields(loaded).map(({ name, type, required, doc }) => ({ name, type: icebergType(type), required, doc: doc ?? '' })),
    )
    request.catch(() => columnRequests.delete(path))
    columnRequests.set(path, request)
  }
  return request
}

export async function metadata(table: TableName): Promise<TableMetadata> {
  return parseMetadata(await (await send(tablePath(table))).text())
}
