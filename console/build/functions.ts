import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const NAME = 'virtual:sql-functions'
const PAGE = fileURLToPath(new URL('../../docs/sql-functions.md', import.meta.url))
const CALL = /^\| `([a-z_0-9]+)\(([^`]*)\)` \|[^|]*\| ([^|]+) \|/gm
const PLAIN = /^\| `([a-z_0-9]+)(?:\(([^`]*)\))?` \|/gm

export interface SqlFunction {
  name: string
  arguments: string
  gives: string
}

/** The functions of SQL, as the documentation lists them: for the completion in the editor. */
export function readFunctions(text: string): SqlFunction[] {
  const found = new Map<string, SqlFunction>()
  for (const [, name, args, gives] of text.matchAll(CALL)) {
    found.set(name!, { name: name!, arguments: args!, gives: gives!.trim() })
  }
  for (const [, name, args] of text.matchAll(PLAIN)) {
    if (!found.has(name!)) {
      found.set(name!, { name: name!, arguments: args ?? '', gives: '' })
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

export function functions(): Plugin {
  return {
    name: 'sql-functions',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load: (id) => (id === `\0${NAME}` ? `export default ${JSON.stringify(readFunctions(readFileSync(PAGE, 'utf8')))}` : undefined),
  }
}
