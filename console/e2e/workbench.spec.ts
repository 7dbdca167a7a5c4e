import { expect, expectAccessible, images, record, run, runScript, signIn, test, write } from './console.ts'
import { HOSTILE, SHOWN } from './hostile.ts'

test('a query shows its rows, types, statistics and a plot, and exports them', async ({ page }) => {
  await signIn(page)
  await run(page, 'SELECT species, petal_length, seen, id FROM default.flowers ORDER BY id')
  await expect(page.getByRole('grid', { name: 'Result, 4 rows' })).toBeVisible()
  await expect(page.getByRole('columnheader', { name: /species.*string/ })).toBeVisible()
  await expect(page.getByRole('columnheader', { name: /seen.*date/ })).toBeVisible()
  await expect(page.getByRole('gridcell', { name: '2026-01-03' })).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('tab', { name: 'Columns' }).click()
  await expect(page.getByRole('row', { name: /species.*setosa.*50/ })).toBeVisible()
  await expectAccessible(page)
  for (const kind of ['bar', 'line', 'scatter', 'histogram', 'heat map']) {
    await page.getByRole('tab', { name: 'Plot' }).click()
    await page.locator('.plot-form select').first().selectOption(kind)
    await expect(page.getByRole('img', { name: `${kind} of` }).locator('svg')).toBeVisible()
  }
  await expectAccessible(page)

  for (const [format, suffix] of [['CSV', 'csv'], ['Parquet', 'parquet'], ['Arrow', 'arrow']] as const) {
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export' }).click()
    await page.getByRole('menuitem', { name: format }).click()
    expect((await download).suggestedFilename()).toMatch(new RegExp(`^nerium-.*\\.${suffix}$`))
  }
})

test('exact numbers, nulls and nested values are shown as they are', async ({ page }) => {
  await signIn(page)
  await run(page, "SELECT CAST('12345678901234567.89' AS DECIMAL(38, 2)) AS d, 9007199254740993 AS big, NULL AS nothing, ARRAY[1, 2] AS list")
  await expect(page.getByRole('gridcell', { name: '12345678901234567.89' })).toBeVisible()
  await expect(page.getByRole('gridcell', { name: '9007199254740993' })).toBeVisible()
  await expect(page.getByRole('gridcell', { name: 'null' })).toBeVisible()
  await expect(page.getByRole('gridcell', { name: '[1, 2]' })).toBeVisible()
})

test('a failing query is underlined at its place, with the hint', async ({ page, watch }) => {
  watch.refusals.push(400)
  await signIn(page)
  await run(page, 'SELECT id,\n  specis\nFROM default.flowers')
  await expect(page.getByRole('alert')).toContainText('species')
  await expect(page.locator('.cm-lintRange-error')).toHaveText('specis')
  await expectAccessible(page)
  await run(page, 'SELECT species FROM default.flowers')
  await expect(page.getByRole('grid')).toBeVisible()
  await expect(page.locator('.cm-lintRange-error')).toHaveCount(0)
})

test('a param of the form reaches the query, and explain shows a plan', async ({ page }) => {
  await signIn(page)
  await write(page, 'SELECT id FROM default.flowers WHERE species = $kind')
  await page.getByRole('button', { name: 'Options' }).click()
  await page.getByLabel('Value of kind').fill('virginica')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.getByRole('grid', { name: 'Result, 1 rows' })).toBeVisible()
  await page.getByRole('button', { name: 'Explain' }).click()
  await expect(page.getByLabel('Plan')).toContainText('species')
})

test('the log of a script is live, and cancel ends its run', async ({ page }) => {
  await signIn(page)
  await runScript(page, 'import time\nfor second in range(600):\n    print("line", second, flush=True)\n    time.sleep(0.2)\n')
  await expect(page.getByRole('log')).toContainText('line 3')
  await expect(page.getByRole('status').filter({ hasText: 'Running' })).toBeVisible()
  await page.locator('.toolbar').getByRole('button', { name: 'Cancel' }).click()
  await expect(page.locator('.outcome-summary')).toContainText('Cancelled')
  expect((await record(page)).state).toBe('ABORT')
})

test('texts of a result are texts', async ({ page }) => {
  await signIn(page)
  await run(page, `SELECT '${HOSTILE}' AS "${HOSTILE}"`)
  await expect(page.getByRole('gridcell', { name: SHOWN })).toBeVisible()
  await expect(page.getByRole('columnheader', { name: SHOWN })).toBeVisible()
  for (const view of ['Columns', 'Plot']) {
    await page.getByRole('tab', { name: view }).click()
    await expect(page.getByText('<img src=x').first()).toBeAttached()
  }
  await expect(images(page)).toHaveCount(0)
  await expect(page).toHaveTitle('Workbench · Nerium')
})

test('a million rows are scrolled to the end in little memory', async ({ page }) => {
  await signIn(page)
  await runScript(page, 'import polars as pl\nresult = pl.select(n=pl.int_range(1_000_000)).lazy().with_columns(t=pl.format("row {}", "n"), x=pl.col("n") / 7)\n')
  const grid = page.getByRole('grid', { name: 'Result, 1,000,000 rows' })
  await expect(grid).toBeVisible()
  for (const part of [0.25, 0.5, 0.75, 1]) {
    await grid.evaluate((element, to) => element.scrollTo({ top: element.scrollHeight * to }), part)
    await expect(grid.locator('.pending')).toHaveCount(0)
  }
  await expect(page.getByRole('gridcell', { name: 'row 999999', exact: true })).toBeVisible()
  const used = await page.evaluate(() => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize)
  expect(used / 1e6).toBeLessThan(300)
})
