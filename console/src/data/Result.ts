import { type Data, type Field, RecordBatchReader } from 'apache-arrow'
import { send } from '../api/client'
import { text } from './cells'
import { type ColumnKind, kindOf, typeName } from './types'

export interface Column {
  name: string
  type: string
  kind: ColumnKind
  nullable: boolean
}

/** Consecutive rows of a result, as Arrow has them. */
export class Page {
  readonly rows: number
  private readonly batches: { begin: number; columns: Data[] }[] = []

  constructor(batches: { length: number; columns: Data[] }[]) {
    let begin = 0
    for (const { length, columns } of batches) {
      this.batches.push({ begin, columns })
      begin += length
    }
    this.rows = begin
  }

  /** The buffers of a column that have a row, and the row's place in them. */
  at(column: number, row: number): [Data, number] {
    let batch = this.batches.length - 1
    while (batch > 0 && this.batches[batch]!.begin > row) {
      batch--
    }
    const { begin, columns } = this.batches[batch]!
    return [columns[column]!, row - begin]
  }

  text(column: number, row: number): string | null {
    return text(...this.at(column, row))
  }
}

const PAGES_IN_MEMORY = 4
/** Elements of a page of the browser have a highest height, about 33 million pixels. */
export const MOST_ROWS = 1_000_000

/** The rows of a run, which the server keeps in pages. A few pages are in memory: those that were used last. */
export class Result {
  readonly run: string
  readonly columns: readonly Column[]
  readonly rows: number
  readonly shownRows: number
  readonly first: Page
  private readonly begins: number[]
  private readonly pages = new Map<number, Page>()
  private readonly requested = new Map<number, Promise<Page>>()

  private constructor(run: string, columns: Column[], pageRows: number[], first: Page) {
    this.run = run
    this.columns = columns
    this.first = first
    this.begins = [0]
    pageRows.forEach((rows, page) => this.begins.push(this.begins[page]! + rows))
    this.rows = this.begins.at(-1)!
    this.shownRows = Math.min(this.rows, MOST_ROWS)
    this.pages.set(0, first)
  }

  static async open(run: string, signal?: AbortSignal): Promise<Result> {
    const { page, fields, pageRows } = await fetchPage(run, 0, signal)
    const columns = fields.map((field) => ({ name: field.name, type: typeName(field.type), kind: kindOf(field.type), nullable: field.nullable }))
    return new Result(run, columns, pageRows.length ? pageRows : [page.rows], page)
  }

  /** The page with a row, and the row's place in it; undefined if it is not in memory. */
  find(row: number): { page: Page; row: number } | undefined {
    const number = this.pageOf(row)
    const page = this.pages.get(number)
    if (!page) {
      return undefined
    }
    this.touch(number, page)
    return { page, row: row - this.begins[number]! }
  }

  /** Fetches the page with a row, unless it is in memory. */
  load(row: number): Promise<Page> {
    const number = this.pageOf(row)
    const page = this.pages.get(number)
    if (page) {
      return Promise.resolve(page)
    }
    let request = this.requested.get(number)
    if (!request) {
      request = fetchPage(this.run, number)
        .then((fetched) => {
          this.touch(number, fetched.page)
          return fetched.page
        })
        .finally(() => this.requested.delete(number))
      this.requested.set(number, request)
    }
    return request
  }

  private pageOf(row: number): number {
    let low = 0
    let high = this.begins.length - 2
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.begins[middle]! <= row) {
        low = middle
      } else {
        high = middle - 1
      }
    }
    return low
  }

  private touch(number: number, page: Page): void {
    this.pages.delete(number)
    this.pages.set(number, page)
    for (const oldest of this.pages.keys()) {
      if (this.pages.size <= PAGES_IN_MEMORY) {
        break
      }
      this.pages.delete(oldest)
    }
  }
}

export const ARROW = 'application/vnd.apache.arrow.stream'

async function fetchPage(run: string, number: number, signal?: AbortSignal) {
  const options = { headers: { Accept: ARROW }, ...(signal ? { signal } : {}) }
  const response = await send(`/api/v2/runs/${run}/result?page=${number}`, options)
  const reader = RecordBatchReader.from(new Uint8Array(await response.arrayBuffer()))
  reader.open()
  const fields: Field[] = reader.schema.fields
  const batches = [...reader].map((batch) => ({ length: batch.numRows, columns: batch.data.children as Data[] }))
  const pageRows = (response.headers.get('X-Nerium-Page-Rows') ?? '').split(',').filter(Boolean).map(Number)
  return { page: new Page(batches.length ? batches : [{ length: 0, columns: [] }]), fields, pageRows }
}
