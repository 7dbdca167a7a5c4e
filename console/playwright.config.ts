import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'e2e',
  // They are written by 'npm run screenshots' only.
  testIgnore: process.env['NERIUM_SCREENSHOTS'] ? [] : ['screenshots.spec.ts'],
  globalSetup: './e2e/server.ts',
  // The tests share one server, whose runs they see.
  workers: 1,
  forbidOnly: process.env['CI'] === 'true',
  // Other tests keep the processors busy at the same time.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  outputDir: 'test-results',
  use: {
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      executablePath: process.env['NERIUM_CHROMIUM'] ?? '/usr/bin/chromium',
      // Containers of continuous integration allow no namespaces. The tests open no page but the console.
      args: ['--no-sandbox', '--enable-precise-memory-info'],
    },
  },
})
