import * as arrow from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { civil, decimal, duration, number, text, zoneOffset } from './cells'
import { kindOf, typeName } from './types'

/** The texts of a column, after a way through an Arrow stream, as the server's rows come. */
function texts(type: arrow.DataType, values: unknown[]): (string | null)[] {
  const vector = arrow.vectorFromArray(values as never[], type)
  return through(vector)
}

function through(vector: arrow.Vector): (string | null)[] {
  const table = arrow.tableFromIPC(arrow.tableToIPC(new arrow.Table({ c: vector }), 'stream'))
  return table.batches.flatMap((batch) => Array.from({ length: batch.numRows }, (_, row) => text(batch.data.children[0]!, row)))
}

function raw(type: arrow.DataType, values: ArrayBufferView & { length: number }, stride = 1): (string | null)[] {
  const data = arrow.makeData({ type: type as arrow.Int64, data: values as BigInt64Array, length: values.length / stride, nullCount: 0 })
  return through(new arrow.Vector([data]))
}

describe('text', () => {
  it('has all digits of integers', () => {
    expect(texts(new arrow.Int64(), [9223372036854775807n, -9223372036854775808n, null])).toEqual(['9223372036854775807', '-9223372036854775808', null])
    expect(texts(new arrow.Uint64(), [18446744073709551615n])).toEqual(['18446744073709551615'])
    expect(texts(new arrow.Int8(), [-128, 127])).toEqual(['-128', '127'])
    expect(texts(new arrow.Uint32(), [4294967295])).toEqual(['4294967295'])
  })

  it('has the shortest digits of floats, and their special values', () => {
    expect(texts(new arrow.Float64(), [0.1, 1, -0, NaN, Infinity, -Infinity, 1e300])).toEqual(['0.1', '1.0', '-0.0', 'NaN', 'Infinity', '-Infinity', '1e+300'])
    expect(raw(new arrow.Float32(), new Float32Array([0.1, 16777216]))).toEqual(['0.1', '16777216.0'])
    expect(raw(new arrow.Float16(), new Uint16Array([0x3c00, 0x3555, 0xfc00]))).toEqual(['1.0', '0.333251953125', '-Infinity'])
  })

  it('has decimals with their scale', () => {
    const words = new Uint32Array([12345, 0, 0, 0, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff])
    expect(raw(new arrow.Decimal(2, 38, 128), words, 4)).toEqual(['123.45', '-0.01'])
    expect(decimal(99999999999999999999999999999999999999n, 10)).toBe('9999999999999999999999999999.9999999999')
    expect(decimal(5n, -2)).toBe('500')
    expect(decimal(-5n, 0)).toBe('-5')
  })

  it('has texts, bytes and truth values', () => {
    expect(texts(new arrow.Utf8(), ['', 'ä😀', null])).toEqual(['', 'ä😀', null])
    expect(texts(new arrow.LargeUtf8(), ['a'])).toEqual(['a'])
    expect(texts(new arrow.Bool(), [true, false, null])).toEqual(['true', 'false', null])
    expect(texts(new arrow.Binary(), [new Uint8Array([0, 255])])).toEqual(['0x00ff'])
    expect(texts(new arrow.FixedSizeBinary(2), [new Uint8Array([1, 2])])).toEqual(['0x0102'])
    expect(texts(new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()), ['b', 'a', 'b'])).toEqual(['b', 'a', 'b'])
    expect(texts(new arrow.Null(), [null])).toEqual([null])
  })

  it('has dates and times with all digits of their unit', () => {
    expect(raw(new arrow.DateDay(), new Int32Array([0, -1, 20788, -719529, 2932896]))).toEqual(['1970-01-01', '1969-12-31', '2026-12-01', '-0001-12-31', '9999-12-31'])
    expect(raw(new arrow.TimeMicrosecond(), new BigInt64Array([86399999999n, 0n]))).toEqual(['23:59:59.999999', '00:00:00'])
    expect(raw(new arrow.TimestampMicrosecond(), new BigInt64Array([-1n]))).toEqual(['1969-12-31 23:59:59.999999'])
    expect(raw(new arrow.TimestampNanosecond(), new BigInt64Array([1n]))).toEqual(['1970-01-01 00:00:00.000000001'])
    expect(raw(new arrow.TimestampMillisecond('UTC'), new BigInt64Array([1500n]))).toEqual(['1970-01-01 00:00:01.500+00:00'])
    expect(raw(new arrow.TimestampMicrosecond('Europe/Berlin'), new BigInt64Array([1_783_000_000_000_000n]))).toEqual(['2026-07-02 15:46:40+02:00'])
    expect(zoneOffset('Asia/Kathmandu', 1_700_000_000)).toBe(20_700)
    expect(zoneOffset('+05:30', 0)).toBe(19_800)
    expect(civil(-25_567)).toBe('1900-01-01')
    expect(duration(-90_061_500_000n, arrow.TimeUnit.MICROSECOND)).toBe('-P1DT1H1M1.5S')
    expect(duration(0n, arrow.TimeUnit.MILLISECOND)).toBe('PT0S')
  })

  it('has nested values as JSON, with nulls', () => {
    const item = new arrow.Field('item', new arrow.Int64(), true)
    const inner = new arrow.Struct([new arrow.Field('a', new arrow.Int64(), true), new arrow.Field('b', new arrow.Utf8(), true)])
    expect(texts(new arrow.List(item), [[1n, null], [], null])).toEqual(['[1, null]', '[]', null])
    expect(texts(inner as arrow.DataType, [{ a: 1n, b: 'x"y' }, { a: null, b: null }])).toEqual(['{"a": 1, "b": "x\\"y"}', '{"a": null, "b": null}'])
    expect(texts(new arrow.FixedSizeList(2, item), [[1n, 2n]])).toEqual(['[1, 2]'])
    expect(texts(new arrow.List(item), [Array.from({ length: 1003 }, () => 7n)])[0]).toMatch(/… 3 more\]$/)
  })
})

describe('number', () => {
  it('is null for values that are no numbers', () => {
    const data = arrow.vectorFromArray([1.5, NaN, null], new arrow.Float64()).data[0]!
    expect([0, 1, 2].map((row) => number(data, row))).toEqual([1.5, null, null])
  })
})

describe('types', () => {
  it('have short names', () => {
    expect(typeName(new arrow.Decimal(2, 10))).toBe('decimal(10, 2)')
    expect(typeName(new arrow.TimestampMicrosecond('UTC'))).toBe('timestamp(µs, UTC)')
    expect(typeName(new arrow.List(new arrow.Field('item', new arrow.LargeUtf8())))).toBe('list<string>')
    expect(typeName(new arrow.Float32())).toBe('float32')
    expect(kindOf(new arrow.DateDay())).toBe('time')
  })
})
