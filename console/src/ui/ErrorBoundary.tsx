import { Component, type ReactNode } from 'react'

/** One view that fails does not take the others with it. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null }

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override render() {
    return this.state.error ? (
      <div className="empty" role="alert">
        <h2>This view failed</h2>
        <p><bdi>{this.state.error.message}</bdi></p>
        <button onClick={() => location.reload()}>Load the page again</button>
      </div>
    ) : (
      this.props.children
    )
  }
}
