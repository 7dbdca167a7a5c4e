import { expect, expectAccessible, images, signIn, test } from './console.ts'
import { SHOWN } from './hostile.ts'

test('the tree leads to a table with its columns, rows, snapshots and properties', async ({ page }) => {
  await signIn(page, '#/catalog')
  await page.getByLabel('Find a table').fill('flow')
  await expectAccessible(page)
  await page.getByRole('link', { name: 'flowers' }).click()
  await expect(page.getByRole('row', { name: /petal_length/ })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('tab', { name: 'Sample' }).click()
  await expect(page.getByRole('gridcell', { name: 'virginica' })).toBeVisible()
  await page.getByRole('tab', { name: 'Snapshots' }).click()
  await expect(page.getByText('current')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('tab', { name: 'Properties' }).click()
  await expect(page.getByRole('row', { name: /location/ })).toBeVisible()
  await page.getByRole('button', { name: 'Query this' }).click()
  await expect(page.getByRole('textbox', { name: 'SQL editor' })).toContainText('flowers')
})

test('texts of a table are texts', async ({ page }) => {
  await signIn(page, '#/catalog/oleander/default/hostile')
  await expect(page.getByRole('row', { name: SHOWN })).toBeVisible()
  await expect(page.locator('.crumbs').last()).toHaveText(SHOWN)
  await page.getByRole('tab', { name: 'Properties' }).click()
  await expect(page.getByRole('row', { name: /comment/ })).toContainText(SHOWN)
  await expect(images(page)).toHaveCount(0)
  await expect(page).toHaveTitle('Catalog · Nerium')
})
