import { enterKey, expect, expectAccessible, home, key, signIn, test, write } from './console.ts'

test('a wrong key is refused, and the right one opens the workbench until the user signs out', async ({ page, watch }) => {
  watch.refusals.push(401)
  await home(page)
  await expectAccessible(page)
  await enterKey(page, 'nrm_wrong')
  await expect(page.getByRole('alert')).toContainText('does not know this key')
  await enterKey(page, key())
  await expect(page.getByRole('textbox', { name: 'SQL editor' })).toBeFocused()
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]))).not.toContain(key())

  await page.reload()
  await expect(page.getByRole('textbox', { name: 'SQL editor' })).toBeVisible()
  await page.getByTitle('Account').click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in to Nerium' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Sign in to Nerium' })).toBeVisible()
})

test('an ended session leads to the page to sign in, and does not lose the text', async ({ page, watch }) => {
  watch.refusals.push(401)
  await signIn(page)
  await write(page, 'SELECT 42 AS answer')
  await page.context().clearCookies()
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.getByText('Your session has ended')).toBeVisible()
  await enterKey(page, key())
  await expect(page.getByRole('textbox', { name: 'SQL editor' })).toContainText('SELECT 42 AS answer')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.getByRole('gridcell', { name: '42' })).toBeVisible()
})
