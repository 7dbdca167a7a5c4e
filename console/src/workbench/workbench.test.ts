import { expect, it } from 'vitest'
import { newRunId } from '../api/runId'
import { parseMetadata } from '../catalog/tables'
import { clean, cleanLines, cut } from '../ui/clean'
import { quoted } from '../ui/names'
import { tsv } from './copy'
import { locate } from './errors'
import { namesIn, values } from './params'
import { defaultPlot } from './plots'
import { newTab, parseTabs } from './tabs'

it('places an error at its line and column', () => {
  expect(locate('SELECT\n  a b c', 'Expected end, found c at Line: 2, Column: 7')).toEqual({ from: 13, to: 14 })
  expect(locate('x = 1\ny = oops', 'File "<script>", line 2, in <module>')).toEqual({ from: 6, to: 14 })
})

it('places an error without a position at the name that it quotes', () => {
  expect(locate('SELECT nope FROM t', "The column 'nope' is unknown.")).toEqual({ from: 7, to: 11 })
  expect(locate('SELECT 1', 'Out of memory.')).toBeNull()
})

it('finds parameters outside of texts and comments', () => {
  expect(namesIn('query', "SELECT $a, '$b' -- $c\nWHERE x = $a")).toEqual(['a'])
  expect(namesIn('script', 'scan(params["t"]).head(int(params.get("n")))')).toEqual(['t', 'n'])
})

it('gives values their types in SQL only', () => {
  const params = [{ name: 'n', value: '7' }, { name: 'big', value: '12345678901234567890' }, { name: 'd', value: '2026-11-30' }, { name: 's', value: '007' }, { name: '', value: 'x' }]
  expect(values('query', params)).toEqual({ n: 7, big: { type: 'hugeint', value: '12345678901234567890' }, d: { type: 'date', value: '2026-11-30' }, s: '007' })
  expect(values('script', params)['n']).toBe('7')
})

it('shows what can’t be seen', () => {
  expect(clean('a\u202eb\u0000\n')).toBe('a⟨U+202E⟩b␀␊')
  expect(cleanLines('a\n\u200b')).toBe('a\n⟨U+200B⟩')
  expect(cut('ab😀', 3)).toBe('ab…')
})

it('quotes values of TSV and names of SQL', () => {
  expect([tsv('a\tb'), tsv('say "x"'), tsv(null), tsv('plain')]).toEqual(['"a\tb"', '"say ""x"""', '', 'plain'])
  expect([quoted('flowers'), quoted('my "table"')]).toEqual(['flowers', '"my ""table"""'])
})

it('keeps all digits of snapshot ids', () => {
  const table = parseMetadata('{"ok": true, "table": {"snapshots": [{"snapshot-id": 3051729675574597004, "timestamp-ms": 1}]}}')
  expect(table.snapshots![0]!['snapshot-id']).toBe('3051729675574597004')
})

it('makes ids of runs of version 7, with the time', () => {
  const id = newRunId()
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Math.abs(parseInt(id.replace('-', '').slice(0, 12), 16) - Date.now())).toBeLessThan(5000)
})

it('ignores stored tabs of another form', () => {
  const tab = newTab('query', [])
  expect(parseTabs(JSON.stringify([tab, { id: 1 }, null]))).toEqual([tab])
  expect(parseTabs('{')).toEqual([])
})

it('chooses a plot by the types', () => {
  const kinds = (...all: ('number' | 'time' | 'text')[]) => defaultPlot(all.map((kind) => ({ kind }))).kind
  expect([kinds('text', 'number'), kinds('time', 'number'), kinds('number', 'number'), kinds('number'), kinds('text', 'text')]).toEqual(['bar', 'line', 'scatter', 'histogram', 'heat map'])
})
