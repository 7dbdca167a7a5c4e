import { readFileSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const PACKAGE = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//

/** Writes the packages whose code is in the bundle, with their licences, for tools/check_licences.py. */
export function licences(): Plugin {
  return {
    name: 'licences',
    apply: 'build',
    writeBundle: (options, bundle) => {
      const rows = new Set<string>()
      for (const file of Object.values(bundle)) {
        for (const [id, module] of file.type === 'chunk' ? Object.entries(file.modules) : []) {
          const match = PACKAGE.exec(id.replaceAll('\0', ''))
          if (match && module.renderedLength > 0) {
            const { name, version, license } = JSON.parse(readFileSync(join(match[1]!, 'package.json'), 'utf8'))
            rows.add(`${name} ${version} ${license}\n`)
          }
        }
      }
      writeFileSync(join(options.dir!, 'packages.txt'), [...rows].sort().join(''))
    },
  }
}
