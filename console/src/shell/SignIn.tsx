import { useState, type FormEvent } from 'react'
import { ApiError, type Session, signIn } from '../api/client'
import { Flower } from '../ui/icons'

export function SignIn({ reason, onSession }: { reason: string; onSession: (session: Session) => void }) {
  const [key, setKey] = useState('')
  const [error, setError] = useState('')
  const [busy, setBusy] = useState(false)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError('')
    try {
      const session = await signIn(key.trim())
      setKey('')
      onSession(session)
    } catch (refusal) {
      setError(message(refusal as ApiError))
    } finally {
      setBusy(false)
    }
  }

  return (
    <main className="sign-in">
      <form onSubmit={submit} className="sign-in-card" aria-labelledby="sign-in-title">
        <Flower size={44} />
        <h1 id="sign-in-title">Sign in to Nerium</h1>
        {reason && <p className="notice" role="status">{reason}</p>}
        <label htmlFor="key">Key or access token</label>
        <input
          id="key"
          type="password"
          autoComplete="off"
          spellCheck={false}
          autoFocus
          required
          value={key}
          onChange={(event) => setKey(event.target.value)}
          placeholder="nrm_…"
          aria-describedby="key-hint"
          aria-invalid={error !== ''}
        />
        {error && <p className="problem" role="alert">{error}</p>}
        <button className="primary large" disabled={busy || !key.trim()}>{busy ? 'Signing in…' : 'Sign in'}</button>
        <p id="key-hint" className="hint">
          A key of <code>nerium keys create</code>, or an access token of your OpenID provider. The browser keeps a session cookie
          that scripts can’t read, and never the key.
        </p>
      </form>
    </main>
  )
}

function message(error: ApiError): string {
  return error.status === 401 ? 'The server does not know this key, or it has expired or was revoked.' : `${error.message} ${error.details}`
}
