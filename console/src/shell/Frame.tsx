import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react'
import { type Session, signOut } from '../api/client'
import { ErrorBoundary } from '../ui/ErrorBoundary'
import { Catalog as CatalogIcon, Code, Flower, History, Keyboard, Moon, Sun, User } from '../ui/icons'
import { Menu } from '../ui/Menu'
import { Shortcuts } from './Shortcuts'
import { useRoute } from './route'
import { nextTheme, type useTheme } from './theme'

const Workbench = lazy(() => import('../workbench/Workbench'))
const Runs = lazy(() => import('../runs/Runs'))
const RunView = lazy(() => import('../runs/RunView'))
const Catalog = lazy(() => import('../catalog/Catalog'))

const VIEWS = [
  { name: 'workbench', title: 'Workbench', icon: Code },
  { name: 'runs', title: 'Runs', icon: History },
  { name: 'catalog', title: 'Catalog', icon: CatalogIcon },
] as const

type ThemeState = ReturnType<typeof useTheme>

/** The navigation, and the view that the address names. */
export function Frame({ session, theme, onSignOut }: { session: Session; theme: ThemeState; onSignOut: () => void }) {
  const route = useRoute()
  const view = VIEWS.find(({ name }) => name === route.parts[0]) ?? VIEWS[0]
  const [help, setHelp] = useState(false)
  const main = useRef<HTMLElement>(null)
  const opened = useRef(false)

  useEffect(() => {
    document.title = `${view.title} · Nerium`
  }, [view])
  useShortcuts(() => setHelp(true))
  opened.current ||= view.name === 'workbench'

  return (
    <>
      <a className="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>Skip to the content</a>
      <header className="bar">
        <a href="#/workbench" className="brand" aria-label="Nerium, to the workbench"><Flower size={24} /><span>Nerium</span></a>
        <nav aria-label="Views">
          {VIEWS.map(({ name, title, icon: Icon }) => (
            <a key={name} href={`#/${name}`} aria-current={view.name === name ? 'page' : undefined}><Icon />{title}</a>
          ))}
        </nav>
        <div className="bar-end">
          <button className="icon" onClick={() => setHelp(true)} aria-label="Keyboard shortcuts" title="Keyboard shortcuts (?)"><Keyboard /></button>
          <ThemeSwitch state={theme} />
          <Account session={session} onSignOut={onSignOut} />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {opened.current && (
          <div className="view" hidden={view.name !== 'workbench'}>
            <Part><Workbench active={view.name === 'workbench'} /></Part>
          </div>
        )}
        {view.name !== 'workbench' && (
          <Part key={view.name}>
            {view.name === 'runs' && (route.parts[1] ? <RunView id={route.parts[1]} key={route.parts[1]} /> : <Runs session={session} />)}
            {view.name === 'catalog' && <Catalog path={route.parts.slice(1)} />}
          </Part>
        )}
      </main>
      {help && <Shortcuts onClose={() => setHelp(false)} />}
    </>
  )
}

// A failure of one view leaves the others, and the workbench stays while others are open: it has texts, results and executing runs.
function Part({ children }: { children: ReactNode }) {
  return (
    <ErrorBoundary>
      <Suspense fallback={<p className="loading" role="status">Loading…</p>}>{children}</Suspense>
    </ErrorBoundary>
  )
}

function ThemeSwitch({ state: [theme, dark, setTheme] }: { state: ThemeState }) {
  return (
    <button className="icon" onClick={() => setTheme(nextTheme(dark))} aria-label={dark ? 'Use the light theme' : 'Use the dark theme'} title={`Theme: ${theme}`}>
      {dark ? <Sun /> : <Moon />}
    </button>
  )
}

function Account({ session, onSignOut }: { session: Session; onSignOut: () => void }) {
  const leave = async () => {
    await signOut().catch(() => {})
    onSignOut()
  }
  return (
    <Menu label={<><User /><bdi className="account-name">{session.name}</bdi></>} title="Account">
      <div className="menu-text">
        <strong><bdi>{session.name}</bdi></strong>
        <span>scope {session.scope}{session.groups.length > 0 && <> · groups <bdi>{session.groups.join(', ')}</bdi></>}</span>
        <span>session until {new Date(session.expires_at).toLocaleString()}</span>
      </div>
      <a role="menuitem" href="/docs" target="_blank" rel="noreferrer">API reference</a>
      <button role="menuitem" onClick={leave}>Sign out</button>
    </Menu>
  )
}

// Letters work outside of text fields only: g, then w, r or c.
function useShortcuts(help: () => void): void {
  useEffect(() => {
    let pending = 0
    const listen = (event: KeyboardEvent) => {
      const target = event.composedPath()[0] as HTMLElement
      if (event.ctrlKey || event.metaKey || event.altKey || target.closest?.('input, textarea, select, [contenteditable=true]')) {
        return
      }
      if (event.key === '?') {
        help()
      } else if (event.key === 'g') {
        pending = Date.now()
      } else if (Date.now() - pending < 1500) {
        const view = VIEWS.find(({ name }) => name[0] === event.key)
        pending = 0
        if (view) {
          location.hash = `#/${view.name}`
        }
      }
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [help])
}
