import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, run, runScript, showView, signIn, test } from './console.ts'

const save = (page: Page, name: string) => page.screenshot({ path: join(process.env['NERIUM_SCREENSHOTS']!, `${name}.png`) })

// A typed text opens the list of completions, which would hide a part of the editor.
async function runText(page: Page, text: string): Promise<void> {
  await run(page, text)
  await page.locator('.outcome-summary strong').first().waitFor()
  await page.keyboard.press('Escape')
}

test('screenshots of the views', async ({ page, watch }) => {
  watch.refusals.push(400)
  await signIn(page)
  await runScript(page, 'for row in range(3):\n    print("row", row)\nraise ValueError("no more rows")\n')
  await expect(page.getByRole('alert')).toBeVisible()
  await page.getByRole('button', { name: /^SQL/ }).click()
  await runText(page, 'SELECT species, petal_length, seen, id\nFROM default.flowers\nORDER BY petal_length DESC\n')
  await expect(page.getByRole('grid')).toBeVisible()
  await save(page, 'console-workbench')
  await runText(page, 'SELECT id,\n  specis\nFROM default.flowers\n')
  await expect(page.getByRole('alert')).toBeVisible()
  await page.emulateMedia({ colorScheme: 'dark' })
  await save(page, 'console-error-dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await showView(page, 'Runs')
  await page.getByRole('row', { name: /script/ }).getByRole('link').click()
  await page.getByRole('tab', { name: 'Log' }).click()
  await expect(page.getByRole('log').last()).toContainText('row 2')
  await save(page, 'console-run')
})
