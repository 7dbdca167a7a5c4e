import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test as base } from '@playwright/test'

const url = () => process.env['NERIUM_URL']!
export const key = () => process.env['NERIUM_KEY']!

/** What a page may not do: errors in its console, reports of its policy, requests to other hosts. */
interface Watch {
  /** Statuses that a test provokes: the browser writes each into its console. */
  refusals: number[]
}

export const test = base.extend<{ watch: Watch }>({
  watch: [
    async ({ page }, use) => {
      const watch: Watch = { refusals: [] }
      const problems: string[] = []
      page.on('pageerror', (error) => problems.push(`error: ${error.message}`))
      page.on('console', (message) => {
        const status = /^Failed to load resource: the server responded with a status of (\d+)/.exec(message.text())?.[1]
        if (['error', 'warning'].includes(message.type()) && !watch.refusals.includes(Number(status))) {
          problems.push(`${message.type()}: ${message.text()} ${message.location().url}`)
        }
      })
      page.on('request', (request) => {
        if (!request.url().startsWith(`${url()}/`) && !request.url().startsWith(`blob:${url()}/`)) {
          problems.push(`request to ${request.url()}`)
        }
      })
      await page.exposeFunction('reportViolation', (text: string) => problems.push(`policy: ${text}`))
      await page.addInitScript(() => {
        addEventListener('securitypolicyviolation', (event) => {
          void (window as unknown as { reportViolation: (text: string) => void }).reportViolation(`${event.violatedDirective} ${event.blockedURI}`)
        })
      })
      await use(watch)
      expect(problems).toEqual([])
    },
    { auto: true },
  ],
})

export { expect }

export async function signIn(page: Page, fragment = ''): Promise<void> {
  await page.goto(`${url()}/${fragment}`)
  await enterKey(page, key())
  await expect(page.getByRole('navigation', { name: 'Views' })).toBeVisible()
}

export async function enterKey(page: Page, text: string): Promise<void> {
  await page.getByLabel('Key or access token').fill(text)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

export const home = (page: Page) => page.goto(url())

/** Replaces the text of the open tab. */
export async function write(page: Page, text: string, editor = 'SQL editor'): Promise<void> {
  await page.getByRole('textbox', { name: editor }).click()
  await page.keyboard.press('Control+A')
  await page.keyboard.insertText(text)
}

export async function run(page: Page, text: string): Promise<void> {
  await write(page, text)
  await page.keyboard.press('Control+Enter')
}

export async function runScript(page: Page, text: string): Promise<void> {
  await page.getByRole('button', { name: 'New tab' }).click()
  await page.getByRole('menuitem', { name: 'Python script' }).click()
  await write(page, text, 'Script editor')
  await page.keyboard.press('Control+Enter')
}

export async function showView(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name }).click()
}

/** The record of the run that the workbench shows. */
export async function record(page: Page): Promise<{ state: string; code: string }> {
  const address = await page.locator('.outcome-summary a').getAttribute('href')
  const response = await page.context().request.get(`${url()}/api/v2/runs/${address!.split('/').at(-1)}`)
  return response.json()
}

/** The images of the page: the editor has an empty one where its cursor needs it. */
export const images = (page: Page) => page.locator('img:not(.cm-widgetBuffer)')

/** Checks the page in both themes. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
    const found = violations.map(({ id, nodes }) => `${id} in the ${theme} theme: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`)
    expect(found).toEqual([])
  }
}
