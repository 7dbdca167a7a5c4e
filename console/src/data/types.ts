import { type DataType, type Decimal, type Dictionary, type FixedSizeList, type Float, type Int, type List, type Struct, TimeUnit, type Timestamp, Type } from 'apache-arrow'

/** What a column is good for in a plot, and how its cells are aligned. */
export type ColumnKind = 'number' | 'time' | 'text' | 'other'

export function kindOf(type: DataType): ColumnKind {
  switch (type.typeId) {
    case Type.Int:
    case Type.Float:
    case Type.Decimal:
      return 'number'
    case Type.Date:
    case Type.Timestamp:
      return 'time'
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
    case Type.Dictionary:
    case Type.Bool:
      return 'text'
    default:
      return 'other'
  }
}

const UNITS: Record<number, string> = {
  [TimeUnit.SECOND]: 's',
  [TimeUnit.MILLISECOND]: 'ms',
  [TimeUnit.MICROSECOND]: 'µs',
  [TimeUnit.NANOSECOND]: 'ns',
}

/** A short name of a type, for the header of a column. */
export function typeName(type: DataType): string {
  switch (type.typeId) {
    case Type.Int:
      return `${(type as Int).isSigned ? 'int' : 'uint'}${(type as Int).bitWidth}`
    case Type.Float:
      return `float${16 << (type as Float).precision}`
    case Type.Decimal:
      return `decimal(${(type as Decimal).precision}, ${(type as Decimal).scale})`
    case Type.Timestamp: {
      const { unit, timezone } = type as Timestamp
      return `timestamp(${UNITS[unit]}${timezone ? `, ${timezone}` : ''})`
    }
    case Type.Duration:
      return `duration(${UNITS[(type as unknown as { unit: number }).unit]})`
    case Type.Dictionary:
      return typeName((type as Dictionary).dictionary)
    case Type.List:
    case Type.LargeList:
      return `list<${typeName((type as List).children[0]!.type)}>`
    case Type.FixedSizeList:
      return `array<${typeName((type as FixedSizeList).children[0]!.type)}, ${(type as FixedSizeList).listSize}>`
    case Type.Struct:
      return `struct<${(type as Struct).children.map(({ name, type: inner }) => `${name}: ${typeName(inner)}`).join(', ')}>`
    default:
      return SIMPLE[type.typeId] ?? String(type).toLowerCase()
  }
}

const SIMPLE: Record<number, string> = {
  [Type.Null]: 'null',
  [Type.Bool]: 'boolean',
  [Type.Utf8]: 'string',
  [Type.LargeUtf8]: 'string',
  [Type.Utf8View]: 'string',
  [Type.Binary]: 'binary',
  [Type.LargeBinary]: 'binary',
  [Type.BinaryView]: 'binary',
  [Type.FixedSizeBinary]: 'binary',
  [Type.Date]: 'date',
  [Type.Time]: 'time',
}
