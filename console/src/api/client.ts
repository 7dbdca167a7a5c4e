import type { components } from './schema'

export type Session = components['schemas']['Session']
export type Run = components['schemas']['Run']
export type Plan = components['schemas']['Plan']
export type Failure = components['schemas']['Failure']

/** A request that the server refused, in its own words. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly details: string

  constructor(status: number, message: string, details: string, code: string) {
    super(message)
    this.status = status
    this.details = details
    this.code = code
  }
}

// The token against forged requests is kept in memory only; the key itself nowhere.
let csrfToken = ''
let onSessionEnd: () => void = () => {}

/** Takes the token of a session; null where there is none. */
export function keepSession(session: Session | null): void {
  csrfToken = session?.csrf_token ?? ''
  localStorage.setItem(HAD_SESSION, session ? 'yes' : 'no')
}

export function whenSessionEnds(listener: () => void): void {
  onSessionEnd = listener
}

export interface Options {
  method?: string
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** Sends a request with the session of the browser. An ended session leads back to the page to sign in. */
export async function send(path: string, options: Options = {}): Promise<Response> {
  const response = await fetchOrExplain(path, options)
  if (response.status === 401 && path !== SESSION) {
    onSessionEnd()
  }
  if (!response.ok) {
    throw await failure(response)
  }
  return response
}

export async function json<T>(path: string, options: Options = {}): Promise<T> {
  return (await (await send(path, options)).json()) as T
}

async function fetchOrExplain(path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = { ...options.headers }
  if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json'
  }
  if (csrfToken) {
    headers['X-Nerium-CSRF'] = csrfToken
  }
  const init: RequestInit = { method: options.method ?? 'GET', headers, credentials: 'same-origin' }
  if (options.body !== undefined) {
    init.body = JSON.stringify(options.body)
  }
  if (options.signal) {
    init.signal = options.signal
  }
  try {
    return await fetch(path, init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error
    }
    throw new ApiError(0, 'The server does not respond.', 'Check that it runs, then try again.', 'UNREACHABLE')
  }
}

async function failure(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as Partial<Failure>
  const message = body.error ?? `The server responded with the status ${response.status}.`
  return new ApiError(response.status, message, body.details ?? '', body.code ?? '')
}

// Whether it is worth to ask for a session: the cookie itself can't be read.
const HAD_SESSION = 'nerium.session'

export const hadSession = (): boolean => localStorage.getItem(HAD_SESSION) === 'yes'

export const SESSION = '/api/v2/session'

export function currentSession(): Promise<Session> {
  return json<Session>(SESSION)
}

export function signIn(key: string): Promise<Session> {
  return json<Session>(SESSION, { method: 'POST', body: { key } })
}

export async function signOut(): Promise<void> {
  await send(SESSION, { method: 'DELETE' })
}
