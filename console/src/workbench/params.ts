export interface Param {
  name: string
  value: string
}

/** Names of parameters in the code: `$name` in SQL, `params["name"]` in a script. */
export function namesIn(mode: 'query' | 'script', code: string): string[] {
  const bare = mode === 'query' ? code.replace(/'(?:[^']|'')*'|--[^\n]*/g, '') : code
  const pattern = mode === 'query' ? /\$([A-Za-z_]\w*)/g : /params(?:\.get\(|\[)\s*["']([^"']+)["']/g
  return [...new Set([...bare.matchAll(pattern)].map(([, name]) => name!))]
}

/** The values that a run gets. In SQL a number, true, false and null have their types, and other text is a text; a script gets texts. */
export function values(mode: 'query' | 'script', params: readonly Param[]): Record<string, unknown> {
  return Object.fromEntries(params.filter(({ name }) => name.trim()).map(({ name, value }) => [name.trim(), mode === 'query' ? typed(value) : value]))
}

function typed(value: string): unknown {
  const text = value.trim()
  if (text === 'null' || text === 'true' || text === 'false') {
    return JSON.parse(text)
  }
  // A number with more digits than a double has would change.
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) {
    return /^-?\d{16,}$/.test(text) ? { type: 'hugeint', value: text } : Number(text)
  }
  if (/^\d{4}-\d\d-\d\d$/.test(text)) {
    return { type: 'date', value: text }
  }
  return value
}

export function parseParams(text: string): Param[] {
  try {
    const stored: unknown = JSON.parse(text || '[]')
    return Array.isArray(stored) ? stored.filter((one) => typeof one?.name === 'string' && typeof one?.value === 'string') : []
  } catch {
    return []
  }
}
