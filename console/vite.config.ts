import { gzipSync } from 'node:zlib'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { functions } from './build/functions.ts'
import { licences } from './build/licences.ts'

// The jar has each file compressed, and a list of the assets.
function compressed(): Plugin {
  let folder = ''
  return {
    name: 'compressed',
    apply: 'build',
    configResolved: (config) => {
      folder = config.build.outDir
    },
    closeBundle: {
      order: 'post',
      handler: () => {
        const assets = readdirSync(join(folder, 'assets')).sort()
        for (const path of ['index.html', ...assets.map((name) => join('assets', name))]) {
          const file = join(folder, path)
          writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }))
          rmSync(file)
        }
        writeFileSync(join(folder, 'files.txt'), assets.map((name) => `${name}\n`).join(''))
      },
    },
  }
}

export default defineConfig({
  plugins: [react(), functions(), licences(), compressed()],
  // No data URLs and no preload in the page's text: the Content-Security-Policy allows neither.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: 'es2023' },
  server: {
    proxy: { '/api': 'http://127.0.0.1:8080', '/openapi.yaml': 'http://127.0.0.1:8080' },
  },
  test: { include: ['src/**/*.test.ts'] },
})
