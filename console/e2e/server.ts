import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HOSTILE } from './hostile.ts'

const ROOT = join(import.meta.dirname, '../..')

/** Starts a server with a few tables in a home of its own; the function it returns ends it and removes the home. */
export default async function start(): Promise<() => Promise<void>> {
  const home = mkdtempSync(join(tmpdir(), 'nerium-console-'))
  const server = spawn(join(ROOT, 'nerium'), ['serve', '--home', home, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const stop = async () => {
    if (server.exitCode === null) {
      const exit = once(server, 'exit')
      server.kill('SIGTERM')
      await exit
    }
    rmSync(home, { recursive: true, force: true })
  }
  try {
    process.env['NERIUM_URL'] = await address(server)
    process.env['NERIUM_KEY'] = readFileSync(join(home, 'first-key'), 'utf8').trim()
    await createTables()
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}

function address(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    server.stdout!.on('data', (part: Buffer) => {
      output += part.toString()
      const found = /ready on (http:\S+)/.exec(output)?.[1]
      if (found) {
        resolve(found)
      }
    })
    server.on('exit', (status) => reject(new Error(`the server ended with the status ${status}: ${output}`)))
  })
}

async function createTables(): Promise<void> {
  await statement(`CREATE OR REPLACE TABLE default.flowers AS SELECT * FROM (VALUES
    ('setosa', 1.4, DATE '2026-01-01', 1), ('setosa', 1.3, DATE '2026-01-02', 2), ('virginica', 5.1, DATE '2026-01-03', 3),
    ('versicolor', 4.7, DATE '2026-01-04', 4)) AS t(species, petal_length, seen, id)`)
  await statement(`CREATE TABLE default.hostile ("${HOSTILE}" string COMMENT '${HOSTILE}') COMMENT '${HOSTILE}'`)
}

async function statement(query: string): Promise<void> {
  const response = await fetch(`${process.env['NERIUM_URL']}/api/v1/query`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${process.env['NERIUM_KEY']}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  if (!response.ok) {
    throw new Error(`${query}: ${await response.text()}`)
  }
}
