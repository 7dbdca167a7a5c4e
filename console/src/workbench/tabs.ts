import { useCallback, useEffect, useRef, useState } from 'react'
import { newRunId } from '../api/runId'

/** One text in the workbench, with the options of its runs. Kept in the browser; its result is not. */
export interface Tab {
  id: string
  name: string
  mode: 'query' | 'script'
  code: string
  params: string
  vcpus: number
  destination: string
  saveMode: 'overwrite' | 'append' | 'merge'
}

const KEY = 'nerium.tabs'
const OPEN_KEY = 'nerium.open'

export function newTab(mode: Tab['mode'], tabs: readonly Tab[], code = '', name = ''): Tab {
  const prefix = mode === 'query' ? 'Query' : 'Script'
  let number = 1
  while (tabs.some((tab) => tab.name === `${prefix} ${number}`)) {
    number++
  }
  return { id: newRunId(), name: name || `${prefix} ${number}`, mode, code, params: '', vcpus: 2, destination: '', saveMode: 'overwrite' }
}

/** The stored tabs, without those that another version of the console wrote in another form. */
export function parseTabs(text: string | null): Tab[] {
  try {
    const stored: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(stored) ? stored.filter(isTab) : []
  } catch {
    return []
  }
}

function isTab(value: unknown): value is Tab {
  const tab = value as Partial<Tab> | null
  return (
    typeof tab === 'object' &&
    tab !== null &&
    [tab.id, tab.name, tab.code, tab.params, tab.destination].every((text) => typeof text === 'string') &&
    (tab.mode === 'query' || tab.mode === 'script') &&
    [2, 4, 8, 16, 32].includes(tab.vcpus as number) &&
    ['overwrite', 'append', 'merge'].includes(tab.saveMode as string)
  )
}

const FIRST = 'SELECT species, count(*) AS n, avg(petal_length) AS petal_length\nFROM default.flowers\nGROUP BY species\nORDER BY n DESC\n'

export function useTabs() {
  const [tabs, setTabs] = useState<Tab[]>(() => {
    const stored = parseTabs(localStorage.getItem(KEY))
    return stored.length ? stored : [newTab('query', [], FIRST)]
  })
  const [openId, setOpenId] = useState(() => localStorage.getItem(OPEN_KEY) ?? '')
  const open = tabs.find((tab) => tab.id === openId) ?? tabs[0]!

  useEffect(() => {
    const timer = setTimeout(() => save(tabs), 200)
    const now = () => save(tabs)
    addEventListener('pagehide', now)
    return () => {
      clearTimeout(timer)
      removeEventListener('pagehide', now)
    }
  }, [tabs])
  const last = useRef(tabs)
  last.current = tabs
  useEffect(() => () => save(last.current), [])
  useEffect(() => localStorage.setItem(OPEN_KEY, open.id), [open.id])

  const change = useCallback((id: string, part: Partial<Tab>) => {
    setTabs((all) => all.map((tab) => (tab.id === id ? { ...tab, ...part } : tab)))
  }, [])
  const add = useCallback((mode: Tab['mode'], code?: string, name?: string) => {
    setTabs((all) => {
      const tab = newTab(mode, all, code, name)
      setOpenId(tab.id)
      return [...all, tab]
    })
  }, [])
  const close = useCallback((id: string) => {
    setTabs((all) => {
      const rest = all.filter((tab) => tab.id !== id)
      return rest.length ? rest : [newTab('query', [])]
    })
  }, [])
  return { tabs, open, setOpenId, change, add, close }
}

// A browser may have no space left, or keep nothing for this page.
function save(tabs: Tab[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(tabs))
  } catch {
    // The tabs stay in memory.
  }
}
