import { useEffect, useState } from 'react'
import { ApiError, currentSession, hadSession, keepSession, type Session, whenSessionEnds } from '../api/client'
import { Toasts } from '../ui/toasts'
import { Frame } from './Frame'
import { SignIn } from './SignIn'
import { useTheme } from './theme'
import './shell.css'

type State = { kind: 'loading' } | { kind: 'out'; reason: string } | { kind: 'in'; session: Session }

/** Asks for a key where there is no session. The views stay in memory while a session is renewed. */
export function App() {
  const [state, setState] = useState<State>({ kind: 'loading' })
  const [last, setLast] = useState<Session | null>(null)
  const theme = useTheme()

  const enter = (session: Session) => {
    keepSession(session)
    setLast(session)
    setState({ kind: 'in', session })
  }
  const leave = (reason: string) => {
    keepSession(null)
    setState({ kind: 'out', reason })
  }

  useEffect(() => {
    whenSessionEnds(() => leave('Your session has ended. Sign in again: your work is still here.'))
    if (!hadSession()) {
      setState({ kind: 'out', reason: '' })
      return
    }
    currentSession().then(enter, (error: ApiError) => leave(error.status === 401 ? '' : error.message))
  }, [])

  const kept = state.kind === 'in' ? state.session : state.kind === 'out' && state.reason ? last : null
  return (
    <>
      {kept && (
        <div className="app" inert={state.kind !== 'in'} hidden={state.kind !== 'in'} key={`${kept.name} ${kept.scope}`}>
          <Frame
            session={kept}
            theme={theme}
            onSignOut={() => {
              setLast(null)
              leave('')
            }}
          />
        </div>
      )}
      {state.kind === 'out' && <SignIn reason={state.reason} onSession={enter} />}
      <Toasts />
    </>
  )
}
