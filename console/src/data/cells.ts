import { type Data, type DataType, type Decimal, IntervalUnit, TimeUnit, type Timestamp, Type } from 'apache-arrow'

/**
 * The text of a value, with all its digits; null for a null. Arrow JS has decimals as bare integers and times as doubles, so the values
 * are read from its buffers.
 */
export function text(data: Data, index: number): string | null {
  if (!isValid(data, index)) {
    return null
  }
  const { type } = data as { type: DataType }
  switch (type.typeId) {
    case Type.Bool:
      return bit(data.values as Uint8Array, data.offset + index) ? 'true' : 'false'
    case Type.Int:
      return String((data.values as ArrayLike<number | bigint>)[index])
    case Type.Float:
      return float(data, index)
    case Type.Decimal:
      return decimal(integer(data, index), (type as Decimal).scale)
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return utf8.decode(bytes(data, index))
    case Type.Binary:
    case Type.LargeBinary:
    case Type.BinaryView:
    case Type.FixedSizeBinary:
      return hex(bytes(data, index))
    case Type.Date:
      return date(data, index)
    case Type.Time:
      return time(data, index)
    case Type.Timestamp:
      return timestamp(data, index)
    case Type.Duration:
      return duration(ticks(data, index), (type as unknown as { unit: TimeUnit }).unit)
    case Type.Interval:
      return interval(data, index)
    case Type.Dictionary: {
      const [values, key] = entry(data, index)
      return values ? text(values, key) : null
    }
    default:
      return nested(data, index)
  }
}

/** The value as a number, for statistics and plots; null where it has none. */
export function number(data: Data, index: number): number | null {
  if (!isValid(data, index)) {
    return null
  }
  const { type } = data as { type: DataType }
  switch (type.typeId) {
    case Type.Int:
      return Number((data.values as ArrayLike<number | bigint>)[index])
    case Type.Float:
    case Type.Decimal: {
      const value = Number(text(data, index))
      return Number.isFinite(value) ? value : null
    }
    case Type.Date:
      return days(data, index) * DAY
    case Type.Timestamp: {
      return Number(ticks(data, index)) / (PER_SECOND[(type as Timestamp).unit]! / 1000)
    }
    default:
      return null
  }
}

const DAY = 86_400_000
const PER_SECOND: Record<number, number> = {
  [TimeUnit.SECOND]: 1,
  [TimeUnit.MILLISECOND]: 1e3,
  [TimeUnit.MICROSECOND]: 1e6,
  [TimeUnit.NANOSECOND]: 1e9,
}
const utf8 = new TextDecoder()

function isValid(data: Data, index: number): boolean {
  return data.type.typeId !== Type.Null && (data.nullCount === 0 || data.getValid(index))
}

function bit(bits: Uint8Array, index: number): boolean {
  return ((bits[index >> 3]! >> (index & 7)) & 1) === 1
}

function float(data: Data, index: number): string {
  const raw = (data.values as ArrayLike<number>)[index]!
  const width = (data.type as unknown as { precision: number }).precision
  const value = width === 0 ? half(raw) : raw
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
  }
  return Object.is(value, -0) ? '-0.0' : point(width === 1 ? single(value) : String(value))
}

function half(bits: number): number {
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  const sign = bits & 0x8000 ? -1 : 1
  if (exponent === 0x1f) {
    return fraction ? NaN : sign * Infinity
  }
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024))
}

// The fewest digits that give the same 32-bit float.
function single(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) {
      return String(short)
    }
  }
  return String(Number(value.toPrecision(9)))
}

const point = (digits: string): string => (/^-?\d+$/.test(digits) ? `${digits}.0` : digits)

/** The unscaled integer of a decimal, of 32, 64, 128 or 256 bits. */
function integer(data: Data, index: number): bigint {
  const words = data.values as Uint32Array
  const width = (data.type as Decimal).bitWidth / 32
  let value = 0n
  for (let word = width - 1; word >= 0; word--) {
    value = (value << 32n) | BigInt(words[index * width + word]! >>> 0)
  }
  return BigInt.asIntN(width * 32, value)
}

export function decimal(unscaled: bigint, scale: number): string {
  if (scale <= 0) {
    return String(unscaled * 10n ** BigInt(-scale))
  }
  const sign = unscaled < 0n ? '-' : ''
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

function bytes(data: Data, index: number): Uint8Array {
  const { type } = data as { type: DataType }
  if (type.typeId === Type.FixedSizeBinary) {
    const width = (type as unknown as { byteWidth: number }).byteWidth
    return (data.values as Uint8Array).subarray(index * width, (index + 1) * width)
  }
  if (type.typeId === Type.Utf8View || type.typeId === Type.BinaryView) {
    return view(data, index)
  }
  const offsets = data.valueOffsets as ArrayLike<number | bigint>
  return (data.values as Uint8Array).subarray(Number(offsets[index]), Number(offsets[index + 1]))
}

// The layout of views: 16 bytes each; up to 12 bytes are in the view itself, longer ones in a buffer.
function view(data: Data, index: number): Uint8Array {
  const views = data.values as Uint8Array
  const head = new DataView(views.buffer, views.byteOffset + index * 16, 16)
  const length = head.getInt32(0, true)
  if (length <= 12) {
    return views.subarray(index * 16 + 4, index * 16 + 4 + length)
  }
  const buffers = (data as unknown as { variadicBuffers: Uint8Array[] }).variadicBuffers
  const offset = head.getInt32(12, true)
  return buffers[head.getInt32(8, true)]!.subarray(offset, offset + length)
}

function hex(value: Uint8Array): string {
  const shown = Array.from(value.subarray(0, 4096), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `0x${shown}${value.length > 4096 ? '…' : ''}`
}

function days(data: Data, index: number): number {
  return (data.type as unknown as { unit: number }).unit === 0
    ? (data.values as Int32Array)[index]!
    : Math.floor(Number((data.values as unknown as BigInt64Array)[index]) / DAY)
}

function date(data: Data, index: number): string {
  return civil(days(data, index))
}

/** The date of a number of days since 1970, of every year that Arrow has. */
export function civil(days: number): string {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const digits = String(Math.abs(year)).padStart(4, '0')
  return `${year < 0 ? '-' : ''}${digits}-${two(month)}-${two(day)}`
}

const two = (value: number): string => String(value).padStart(2, '0')

function ticks(data: Data, index: number): bigint {
  return BigInt((data.values as ArrayLike<number | bigint>)[index]!)
}

function time(data: Data, index: number): string {
  const { unit } = data.type as unknown as { unit: TimeUnit }
  const perSecond = BigInt(PER_SECOND[unit]!)
  const value = ticks(data, index)
  return clock(Number(value / perSecond), value % perSecond, unit)
}

function clock(seconds: number, fraction: bigint, unit: TimeUnit): string {
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  const digits = Math.round(Math.log10(PER_SECOND[unit]!))
  return digits === 0 || fraction === 0n ? clock : `${clock}.${String(fraction).padStart(digits, '0')}`
}

function timestamp(data: Data, index: number): string {
  const { unit, timezone } = data.type as Timestamp
  const perSecond = BigInt(PER_SECOND[unit]!)
  const value = ticks(data, index)
  const fraction = ((value % perSecond) + perSecond) % perSecond
  const seconds = Number((value - fraction) / perSecond)
  const offset = timezone ? zoneOffset(timezone, seconds) : 0
  const local = seconds + offset
  const day = Math.floor(local / 86_400)
  return `${civil(day)} ${clock(local - day * 86_400, fraction, unit)}${timezone ? signed(offset) : ''}`
}

function signed(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60)
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

const zones = new Map<string, Intl.DateTimeFormat | null>()

/** The offset of a zone from UTC at a time, in seconds. */
export function zoneOffset(zone: string, seconds: number): number {
  const fixed = /^([+-])(\d\d):?(\d\d)$/.exec(zone)
  if (fixed) {
    return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 3600 + Number(fixed[3]) * 60)
  }
  const format = zone === 'UTC' ? null : zoneFormat(zone)
  if (!format || Math.abs(seconds) > 8.64e12) {
    return 0
  }
  const name = format.formatToParts(seconds * 1000).find((part) => part.type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes, rest] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(name) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(rest ?? 0))
}

function zoneFormat(zone: string): Intl.DateTimeFormat | null {
  if (!zones.has(zone)) {
    try {
      zones.set(zone, new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }))
    } catch {
      zones.set(zone, null)
    }
  }
  return zones.get(zone)!
}

/** ISO 8601, with days and without zeros. */
export function duration(value: bigint, unit: TimeUnit): string {
  const perSecond = BigInt(PER_SECOND[unit]!)
  const sign = value < 0n ? '-' : ''
  const size = value < 0n ? -value : value
  const whole = size / perSecond
  const fraction = size % perSecond
  const digits = Math.round(Math.log10(PER_SECOND[unit]!))
  const rest = fraction === 0n ? '' : `.${String(fraction).padStart(digits, '0').replace(/0+$/, '')}`
  const [day, hour, minute, second] = [whole / 86_400n, (whole / 3600n) % 24n, (whole / 60n) % 60n, whole % 60n]
  const part = (amount: bigint, letter: string) => (amount === 0n ? '' : `${amount}${letter}`)
  const seconds = second === 0n && !rest ? '' : `${second}${rest}S`
  const clock = `${part(hour, 'H')}${part(minute, 'M')}${seconds}`
  return size === 0n ? 'PT0S' : `${sign}P${part(day, 'D')}${clock ? `T${clock}` : ''}`
}

function interval(data: Data, index: number): string {
  const values = data.values as Int32Array
  switch ((data.type as unknown as { unit: IntervalUnit }).unit) {
    case IntervalUnit.YEAR_MONTH:
      return `P${values[index]}M`
    case IntervalUnit.DAY_TIME:
      return `P${values[index * 2]}DT${values[index * 2 + 1]! / 1000}S`
    default: {
      const nanos = new DataView(values.buffer, values.byteOffset + index * 16, 16).getBigInt64(8, true)
      return `P${values[index * 4]}M${values[index * 4 + 1]}D${duration(nanos, TimeUnit.NANOSECOND).replace(/^-?P/, '')}`
    }
  }
}

function entry(data: Data, index: number): [Data | undefined, number] {
  let key = Number((data.values as ArrayLike<number | bigint>)[index])
  for (const chunk of data.dictionary?.data ?? []) {
    if (key < chunk.length) {
      return [chunk as Data, key]
    }
    key -= chunk.length
  }
  return [undefined, 0]
}

// Nested values look as JSON does; a long list is cut, because one cell may have millions of values.
const LONGEST_LIST = 1000

function nested(data: Data, index: number): string {
  const { type } = data as { type: DataType }
  switch (type.typeId) {
    case Type.Struct:
      return `{${type.children.map((field, i) => `${JSON.stringify(field.name)}: ${inner(data.children[i]!, index)}`).join(', ')}}`
    case Type.Map: {
      const [begin, end] = range(data, index)
      const [keys, values] = data.children[0]!.children
      return `{${elements(begin, end, (at) => `${inner(keys!, at)}: ${inner(values!, at)}`)}}`
    }
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList: {
      const [begin, end] = range(data, index)
      return `[${elements(begin, end, (at) => inner(data.children[0]!, at))}]`
    }
    default:
      return `(${String(type)})`
  }
}

function range(data: Data, index: number): [number, number] {
  if (data.type.typeId === Type.FixedSizeList) {
    const { listSize } = data.type as unknown as { listSize: number }
    return [index * listSize, (index + 1) * listSize]
  }
  const offsets = data.valueOffsets as ArrayLike<number | bigint>
  return [Number(offsets[index]), Number(offsets[index + 1])]
}

function elements(begin: number, end: number, element: (index: number) => string): string {
  const shown = []
  for (let at = begin; at < Math.min(end, begin + LONGEST_LIST); at++) {
    shown.push(element(at))
  }
  if (end - begin > LONGEST_LIST) {
    shown.push(`… ${end - begin - LONGEST_LIST} more`)
  }
  return shown.join(', ')
}

const BARE = new Set([Type.Int, Type.Float, Type.Bool, Type.Decimal, Type.Struct, Type.List, Type.LargeList, Type.FixedSizeList, Type.Map])

function inner(data: Data, index: number): string {
  const value = text(data, index)
  return value === null ? 'null' : BARE.has(data.type.typeId) ? value : JSON.stringify(value)
}
