import { useSyncExternalStore } from 'react'

/** The parts of the address's fragment: `#/runs/ID` has the parts `runs` and `ID`. */
export interface Route {
  parts: string[]
  query: URLSearchParams
}

export function parse(hash: string): Route {
  const [path, query] = hash.replace(/^#\/?/, '').split('?')
  const parts = (path ?? '').split('/').filter(Boolean).map(decoded)
  return { parts, query: new URLSearchParams(query ?? '') }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

export function link(parts: string[], query?: URLSearchParams): string {
  const text = query?.toString()
  return `#/${parts.map(encodeURIComponent).join('/')}${text ? `?${text}` : ''}`
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash)
  return parse(hash)
}

export function go(parts: string[], query?: URLSearchParams): void {
  location.hash = link(parts, query)
}
